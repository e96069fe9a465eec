using System.Globalization;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Processes;

/// <summary>Runs a program to its end.</summary>
public static class ProgramRun
{
    private const int MostLines = 3;
    private const int MostCharacters = 500;

    /// <summary>Runs it: null when it ended with 0.</summary>
    /// <returns>Null; or 601, 602 (it was not started), 603 (another exit status), 604 (the time limit), 605 (it read nothing),
    /// 316.</returns>
    public static Failure? Run(ProgramCall call, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (!ProgramSearch.Find(call.Line[0], call.Variables, call.Directory).Succeeded(out string? program, out Failure? failure))
        {
            return failure;
        }

        var start = new ChildStart(program, call.Line, call.Environment)
        {
            Directory = call.Directory,
            PipesInput = true,
            PipesOutput = true,
            PipesError = true,
            IsOfOwnSession = true,
        };
        if (!Child.Start(start).Succeeded(out Child? child, out failure))
        {
            return failure;
        }

        using (child)
        {
            return Attend(child, call, cancellation);
        }
    }

    private static Failure? Attend(Child child, ProgramCall call, CancellationToken cancellation)
    {
        string line = ProgramLine.Of(call.Line);
        var gate = new Lock();
        var said = new Queue<string>();
        using var output = new LineWriter(text => Say(text, isError: false));
        using var error = new LineWriter(text => Say(text, isError: true));
        OutputPump[] pumps = [new(child.Output!, call.Secrets, output), new(child.Error!, call.Secrets, error)];
        var feeder = new Thread(() => Feed(child.Input!, call.Input ?? default)) { IsBackground = true };
        feeder.Start();
        if (!child.WaitForExit(call.Limit, cancellation))
        {
            child.Kill();
            return cancellation.IsCancellationRequested
                ? Failure.Of(DiagnosticDescriptors.Cancelled) : Failure.Of(DiagnosticDescriptors.ProgramTooSlow, line, Seconds(call.Limit));
        }

        // What fits into a pipe is in it by now, read or not; what does not fit was not read.
        bool isUnread = call.Input is not null && (!feeder.Join(TimeSpan.FromSeconds(1)) || child.LeftInputUnread);
        if (pumps.All(pump => pump.Finish()))
        {
            output.EndLine();
            error.EndLine();
        }

        return child.ExitedWith is { Status: not 0 } exit ? Failure.Of(DiagnosticDescriptors.ProgramFailed, line, exit, Tail())
            : isUnread ? Failure.Of(DiagnosticDescriptors.InputUnread, line)
            : null;

        void Say(string text, bool isError)
        {
            lock (gate)
            {
                call.Say(text);
                if (isError)
                {
                    said.Enqueue(text);
                    if (said.Count > MostLines)
                    {
                        said.Dequeue();
                    }
                }
            }
        }

        string Tail()
        {
            lock (gate)
            {
                string text = string.Join(" / ", said);
                return text.Length == 0 ? "It wrote nothing to standard error."
                    : "It said: " + (text.Length <= MostCharacters ? text : "..." + text[^MostCharacters..]);
            }
        }
    }

    private static void Feed(Stream input, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using (input)
            {
                input.Write(bytes.Span);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It ended, or closed its input, or was stopped, before it had read everything.
        }
    }

    private static string Seconds(TimeSpan limit) => limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
