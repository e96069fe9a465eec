namespace SecureToken.Tool.Tests.Support;

/// <summary>One start of the tool.</summary>
public sealed record ToolCall(params string[] Arguments)
{
    /// <summary>What stands on standard input.</summary>
    public string Input { get; init; } = string.Empty;

    /// <summary>The current directory; the fixture's working directory unless set.</summary>
    public string? Directory { get; init; }

    /// <summary>What starts the tool, such as strace with its options.</summary>
    public IReadOnlyList<string> Through { get; init; } = [];

    /// <summary>True when the token belongs on standard output.</summary>
    public bool PrintsToken { get; init; }

    /// <summary>True when others run at the same time, so that the files of the user's state come, go and are locked.</summary>
    public bool IsOneOfMany { get; init; }

    /// <summary>True when standard output and error are one terminal.</summary>
    public bool OnTerminal { get; init; }
}
