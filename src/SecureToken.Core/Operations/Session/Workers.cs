namespace SecureToken.Core.Operations.Session;

/// <summary>Does many small pieces of work that wait for disks and other processes.</summary>
internal static class Workers
{
    /// <summary>
    /// Enough waiting ones to keep a disk busy. The thread pool would start with as many as there are processors and add one or two a
    /// second.
    /// </summary>
    private const int Most = 16;

    /// <summary>Calls <paramref name="work"/> with 0 up to <paramref name="count"/>, several at once; one alone is done here.</summary>
    public static void ForEach(int count, Action<int> work)
    {
        int helpers = Math.Min(count, Most) - 1;
        int next = -1;
        Exception? defect = null;
        var threads = new Thread[Math.Max(helpers, 0)];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(Work) { IsBackground = true };
            threads[i].Start();
        }

        Work();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        if (defect is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(defect);
        }

        void Work()
        {
            try
            {
                for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    work(i);
                }
            }
#pragma warning disable CA1031 // Told by the caller's thread: an exception of another one would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Volatile.Write(ref defect, exception);
            }
        }
    }
}
