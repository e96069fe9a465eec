using SecureToken.Core.Settings;

namespace SecureToken.Core.Destinations.Commands;

/// <summary>What the user said of a command that takes the token.</summary>
public sealed record CommandSettings
{
    /// <summary>
    /// The program and its arguments; there is no shell. <c>{fingerprint}</c> in an argument stands for the fingerprint of the token (and
    /// of what is put around it), for a store in which a name is used once. Of a preset it is empty.
    /// </summary>
    public IReadOnlyList<string> Run { get; init; } = [];

    /// <summary>The variable that holds the value, instead of standard input; null for standard input.</summary>
    public string? EnvironmentName { get; init; }

    /// <summary>How long the program may take, from 1 second to an hour; null for a minute.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Where it runs, and what a relative path of the program starts from.</summary>
    public required string BaseDirectory { get; init; }

    /// <summary>Reads environment variables.</summary>
    public required Func<string, string?> Variables { get; init; }

    /// <summary>Gets what it says, line by line, with the token masked.</summary>
    public Action<string> Say { get; init; } = static _ => { };

    /// <summary>What it gets.</summary>
    public ValueTemplate Template { get; init; } = ValueTemplate.TokenAlone;

    /// <summary>Where the settings name it, see <see cref="Destination.DeclaredAt"/>.</summary>
    public string? DeclaredAt { get; init; }
}
