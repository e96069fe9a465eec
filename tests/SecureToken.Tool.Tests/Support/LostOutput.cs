namespace SecureToken.Tool.Tests.Support;

/// <summary>Ways in which a program's output can be lost. Each is what stands before the program on a command line.</summary>
public static class LostOutput
{
    /// <summary>A full disk.</summary>
    public const string Full = "full";

    /// <summary>Started without the descriptor.</summary>
    public const string Closed = "closed";

    /// <summary>A pipe that nobody reads.</summary>
    public const string NoReader = "reader";

    /// <summary>A terminal that was closed, for a program that SIGHUP does not end.</summary>
    public const string NoTerminal = "terminal";

    // Holding a pipe's both ends oneself, then closing the one to read from: no reader, and no race with one that ends.
    private const string Unread = "mkfifo unread && exec 3<>unread 4>unread 3>&- && rm unread; ";

    private const string GoneTerminal = """
        import os, pty, signal, sys
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        saved = {descriptor: os.dup(descriptor) for descriptor in (0, 1, 2)}
        waiting, gone = os.pipe()
        up, begun = os.pipe()
        child, terminal = pty.fork()
        if child == 0:
            os.close(gone)
            os.write(begun, b'.')
            os.read(waiting, 1)
            for descriptor in (0, 1, 2):
                if str(descriptor) not in sys.argv[1]:
                    os.dup2(saved[descriptor], descriptor)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.execvp(sys.argv[2], sys.argv[2:])
        os.read(up, 1)
        os.close(terminal)
        os.close(gone)
        for descriptor in saved.values():
            os.close(descriptor)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.exit(status if status >= 0 else 128 - status)
        """;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Full, Closed, NoReader, NoTerminal];

    /// <summary>What stands before the program.</summary>
    /// <param name="way">How the output is lost.</param>
    /// <param name="descriptors">Which: <c>1</c>, <c>2</c> or <c>12</c>.</param>
    public static IReadOnlyList<string> Through(string way, string descriptors) =>
        way == NoTerminal ? ["python3", "-c", GoneTerminal, descriptors] : ["sh", "-c", Script(way, descriptors), "sh"];

    private static string Script(string way, string descriptors)
    {
        (string before, string redirection) = way switch
        {
            Full => (string.Empty, ">/dev/full"),
            Closed => (string.Empty, ">&-"),
            _ => (Unread, ">&4"),
        };
        string redirections = string.Concat(descriptors.Select(descriptor => $" {descriptor}{redirection}"));
        return $"{before}exec \"$@\"{redirections}{(way == NoReader ? " 4>&-" : string.Empty)}";
    }
}
