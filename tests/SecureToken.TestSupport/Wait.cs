namespace SecureToken.TestSupport;

/// <summary>Waits for what others do, however long a busy machine makes them take.</summary>
public static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for a signal that the work gives, and fails when the work ends without it.</summary>
    /// <param name="wish">What is waited for, for the message.</param>
    /// <param name="signal">Ends when it is so.</param>
    /// <param name="work">What gives the signal.</param>
    public static async Task ForAsync(string wish, Task signal, Task work)
    {
        if (await Task.WhenAny(signal, work).WaitAsync(Patience) != signal)
        {
            await work;
            throw new InvalidOperationException($"It ended without: {wish}.");
        }
    }

    /// <summary>Looks again and again until it is so, and fails when it is not within a minute.</summary>
    /// <param name="wish">What is waited for, for the message.</param>
    /// <param name="isFulfilled">Whether it is so now.</param>
    public static Task UntilAsync(string wish, Func<bool> isFulfilled) => UntilAsync(wish, () => Task.FromResult(isFulfilled()));

    /// <inheritdoc cref="UntilAsync(string, Func{bool})"/>
    public static async Task UntilAsync(string wish, Func<Task<bool>> isFulfilled)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await isFulfilled())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"Not within a minute: {wish}.");
            }

            await Task.Delay(Pause);
        }
    }
}
