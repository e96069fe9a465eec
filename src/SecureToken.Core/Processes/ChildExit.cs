using System.Globalization;

namespace SecureToken.Core.Processes;

/// <summary>How a program ended.</summary>
/// <param name="Code">Its exit status, if it ended by itself.</param>
/// <param name="Signal">The number of the signal that ended it, or 0.</param>
public readonly record struct ChildExit(int Code, int Signal)
{
    /// <summary>What a shell reports: the exit status, or 128 and the signal.</summary>
    public int Status => Signal == 0 ? Code : 128 + Signal;

    /// <summary>For a message.</summary>
    public override string ToString() => Signal == 0
        ? string.Create(CultureInfo.InvariantCulture, $"exit status {Code}")
        : string.Create(CultureInfo.InvariantCulture, $"signal {Signal}");
}
