namespace SecureToken.Emulator.State;

/// <summary>A failure to play: the status and, if any, the wait that goes with it.</summary>
internal sealed record PlannedFailure(int Status, TimeSpan? RetryAfter);

/// <summary>Failures that were ordered and not yet played, in the order of the orders.</summary>
internal sealed class FailurePlan
{
    private readonly Lock _gate = new();
    private readonly List<Order> _orders = [];

    public void Add(int count, int status, string? pathPrefix, TimeSpan? retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        if (retryAfter is { } wait)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(retryAfter));
        }

        lock (_gate)
        {
            _orders.Add(new Order(count, pathPrefix ?? "/", new PlannedFailure(status, retryAfter)));
        }
    }

    /// <summary>Takes the oldest failure that covers the path, or null.</summary>
    public PlannedFailure? Take(string path)
    {
        lock (_gate)
        {
            var index = _orders.FindIndex(order => path.StartsWith(order.PathPrefix, StringComparison.Ordinal));
            if (index < 0)
            {
                return null;
            }

            var order = _orders[index];
            if (order.Count == 1)
            {
                _orders.RemoveAt(index);
            }
            else
            {
                _orders[index] = order with { Count = order.Count - 1 };
            }

            return order.Failure;
        }
    }

    private sealed record Order(int Count, string PathPrefix, PlannedFailure Failure);
}
