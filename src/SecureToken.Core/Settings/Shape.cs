namespace SecureToken.Core.Settings;

/// <summary>What a member of the settings file can be.</summary>
internal enum Form
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A text or a whole number: a team by name or id.</summary>
    TextOrNumber,

    /// <summary>A text or a list of texts.</summary>
    TextOrTexts,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Texts by name.</summary>
    TextMap,

    /// <summary>An object.</summary>
    Object,

    /// <summary>A list of objects.</summary>
    Objects,
}

/// <summary>A member of an object in the settings file. The reader checks against it, and the JSON schema is made of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Form">What it can be.</param>
/// <param name="Description">What it means, for the schema.</param>
internal sealed record MemberShape(string Name, Form Form, string Description)
{
    /// <summary>Whether it must be there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The only texts it can be; empty for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What the object, or each object of the list, looks like.</summary>
    public ObjectShape? Of { get; init; }

    /// <summary>What each object of the list looks like, by its <c>kind</c>.</summary>
    public IReadOnlyList<ObjectShape> Kinds { get; init; } = [];
}

/// <summary>An object in the settings file.</summary>
/// <param name="Name">What it is called in the schema; of a destination, its kind.</param>
/// <param name="Description">What it is.</param>
/// <param name="Members">Its members.</param>
internal sealed record ObjectShape(string Name, string Description, IReadOnlyList<MemberShape> Members)
{
    /// <summary>Members of which exactly one must be there.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];
}
