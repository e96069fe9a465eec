namespace SecureToken.Emulator.Credentials;

/// <summary>An identity with everything that is known of it once the emulator runs.</summary>
internal sealed class Identity(string name, EmulatorIdentityKind kind, string? apiKey, string iamId, string userName, int userId)
{
    public string Name { get; } = name;

    public EmulatorIdentityKind Kind { get; } = kind;

    /// <summary>Null for a trusted profile.</summary>
    public string? ApiKey { get; } = apiKey;

    public string IamId { get; } = iamId;

    /// <summary>What the service calls it: the address of a user, the id of anything else.</summary>
    public string UserName { get; } = userName;

    /// <summary>The number that the service gave it.</summary>
    public int UserId { get; } = userId;

    /// <summary>The id without its realm: <c>ServiceId-…</c>, <c>Profile-…</c>, or the characters behind <c>IBMid-</c>.</summary>
    public string Identifier { get; } = iamId[(iamId.IndexOf('-', StringComparison.Ordinal) + 1)..];

    public bool IsUser => Kind == EmulatorIdentityKind.User;

    /// <summary>The first word of the name, and the rest.</summary>
    public (string First, string Last) PersonName => Name.Split(' ', 2) is [var first, var last] ? (first, last) : (Name, string.Empty);
}
