namespace SecureToken.Emulator.State;

/// <summary>Faults that were ordered and not yet played, in the order of the orders.</summary>
internal sealed class FaultQueue
{
    private readonly Lock _gate = new();
    private readonly List<Order> _orders = [];

    public void Add(int count, EmulatorFault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!Enum.IsDefined(fault.Kind) || !IsPlayable(fault.Status))
        {
            throw new ArgumentOutOfRangeException(nameof(fault), "There is no such kind, or the status is no redirection and no failure.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Bytes, 0, nameof(fault));
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.RetryAfter ?? TimeSpan.Zero, TimeSpan.Zero, nameof(fault));
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.EffectAfter, TimeSpan.Zero, nameof(fault));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            fault.EffectAfter, fault.TakesEffect ? TimeSpan.FromDays(1) : TimeSpan.Zero, nameof(fault));
        lock (_gate)
        {
            _orders.Add(new Order(count, fault));
        }
    }

    /// <summary>Takes the oldest fault that covers the request, or null.</summary>
    public EmulatorFault? Take(string method, string path)
    {
        lock (_gate)
        {
            var index = _orders.FindIndex(order => Covers(order.Fault, method, path));
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

            return order.Fault;
        }
    }

    public static bool IsPlayable(int status) => status is 301 or 302 or 303 or 307 or 308 or (>= 400 and <= 599);

    private static bool Covers(EmulatorFault fault, string method, string path) =>
        path.StartsWith(fault.PathPrefix ?? "/", StringComparison.Ordinal) && (fault.Method ?? method) == method;

    private sealed record Order(int Count, EmulatorFault Fault);
}
