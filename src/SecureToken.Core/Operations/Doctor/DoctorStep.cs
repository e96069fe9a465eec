using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>What the doctor thinks of a step.</summary>
public enum DoctorVerdict
{
    /// <summary>It is as it should be.</summary>
    Ok,

    /// <summary>It works, and the user should know something.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,

    /// <summary>It was not looked at, because an earlier step failed.</summary>
    Skipped,
}

/// <summary>One step between the settings and a written copy; there is no secret in it.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Verdict">What is thought of it.</param>
/// <param name="Found">What was found, in one line.</param>
/// <param name="Took">How long it took.</param>
public sealed record DoctorStep(string Name, DoctorVerdict Verdict, string Found, TimeSpan Took)
{
    /// <summary>More of what was found, a line each.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Why it does not work, or null.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<Failure> Warnings { get; init; } = [];
}

/// <summary>What a look found: the thing itself for the steps to come, and words about it.</summary>
/// <param name="Value">What later steps need, or null where they can do without.</param>
/// <param name="Words">What was found, in one line.</param>
/// <typeparam name="T">What later steps need.</typeparam>
public sealed record Finding<T>(T? Value, string Words)
    where T : class
{
    /// <summary>More of what was found, a line each.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>What does not work although there is a value, or null.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What the user should know.</summary>
    public IReadOnlyList<Failure> Warnings { get; init; } = [];
}
