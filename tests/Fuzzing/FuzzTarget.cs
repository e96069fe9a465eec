using SecureToken.Fuzzing.Targets;

namespace SecureToken.Fuzzing;

/// <summary>A parser, with what must hold for every input.</summary>
/// <param name="Name">What it is called on the command line, and the name of its corpus.</param>
/// <param name="Run">Tries one input; throws when a promise is broken.</param>
public sealed record FuzzTarget(string Name, Action<byte[]> Run)
{
    /// <summary>All targets, in the order in which they are run.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("json", JsonTarget.Run),
        new("dotenv", DotenvTarget.Run),
        new("manifest", ManifestTarget.Run),
        new("settings", SettingsTarget.Run),
        new("ledger", LedgerTarget.Run),
        new("reset", ResetTarget.Run),
        new("iam", IamTarget.Run),
        new("service", ServiceTarget.Run),
        new("redactor", RedactorTarget.Run),
        new("paths", PathsTarget.Run),
    ];

    /// <summary>The target of a name, or null.</summary>
    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
