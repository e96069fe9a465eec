namespace SecureToken.Core.Destinations.Commands;

/// <summary>Something that a preset needs to be told.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Description">What it is.</param>
/// <param name="IsRequired">Whether it must be given.</param>
public sealed record PresetParameter(string Name, string Description, bool IsRequired = false);

/// <summary>A program whose command line is known.</summary>
/// <param name="Name">The name of the preset.</param>
/// <param name="Description">What it does.</param>
/// <param name="Parameters">What it needs to be told.</param>
public sealed record CommandPreset(string Name, string Description, IReadOnlyList<PresetParameter> Parameters)
{
    /// <summary>Makes the command line of checked parameters.</summary>
    internal Func<PresetValues, IReadOnlyList<string>> Line { get; init; } = static _ => [];

    /// <summary>Makes the way in which the value goes in.</summary>
    internal Func<PresetValues, CommandWay> Way { get; init; } = static _ => CommandWay.Plain;

    /// <summary>Whether the client reads only files, so that standard input has to be named as one.</summary>
    internal bool NeedsInputAsFile { get; init; }
}

/// <summary>The checked parameters of a preset.</summary>
/// <param name="values">By name.</param>
internal sealed class PresetValues(IReadOnlyDictionary<string, string> values)
{
    /// <summary>One that must be given.</summary>
    public string this[string name] => values[name];

    /// <summary>One that may be given.</summary>
    public string? Find(string name) => values.GetValueOrDefault(name);

    /// <summary>An option with its value, or nothing.</summary>
    public IEnumerable<string> Option(string name, string option) => values.TryGetValue(name, out string? value) ? [option, value] : [];
}
