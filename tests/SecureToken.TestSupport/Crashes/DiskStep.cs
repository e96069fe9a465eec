namespace SecureToken.TestSupport.Crashes;

/// <summary>What a call does to a disk.</summary>
public enum DiskStepKind
{
    /// <summary>A name for a new, empty file.</summary>
    Create,

    /// <summary>A new directory.</summary>
    MakeDirectory,

    /// <summary>Another name for a file, which it takes from whoever has it.</summary>
    Rename,

    /// <summary>A name less.</summary>
    Remove,

    /// <summary>Bytes of a file.</summary>
    Write,

    /// <summary>The length of a file.</summary>
    Cut,

    /// <summary>What was written to a file before is on the disk.</summary>
    SyncFile,

    /// <summary>The names in a directory are on the disk.</summary>
    SyncDirectory,

    /// <summary>Success is said: to the standard output, or by the exit status.</summary>
    Say,
}

/// <summary>One step of a program that writes.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Call">The call, as strace names it.</param>
public sealed record DiskStep(DiskStepKind Kind, string Call)
{
    /// <summary>The file, whatever its name is then.</summary>
    public int Node { get; init; } = -1;

    /// <summary>The name that is given, taken or made; the directory that is flushed.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The name before a rename.</summary>
    public string From { get; init; } = string.Empty;

    /// <summary>Where the bytes begin, or how long the file becomes.</summary>
    public long Offset { get; init; }

    /// <summary>The bytes.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>Whether it changes a name.</summary>
    public bool IsOfName => Kind is DiskStepKind.Create or DiskStepKind.MakeDirectory or DiskStepKind.Rename or DiskStepKind.Remove;

    /// <summary>Whether it changes the content of a file.</summary>
    public bool IsOfContent => Kind is DiskStepKind.Write or DiskStepKind.Cut;
}
