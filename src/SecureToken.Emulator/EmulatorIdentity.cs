namespace SecureToken.Emulator;

/// <summary>An identity that IAM knows. It has a token of its own in each team.</summary>
/// <param name="Name">The name; no two are alike.</param>
/// <param name="Kind">What it is.</param>
public sealed record EmulatorIdentity(string Name, EmulatorIdentityKind Kind = EmulatorIdentityKind.User)
{
    /// <summary>The API key; random, shaped like a real one, when null. A trusted profile has none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The id in the claims of its IAM tokens, such as <c>IBMid-…</c> or <c>iam-ServiceId-…</c>; random when null.</summary>
    public string? IamId { get; init; }

    /// <summary>The address of a user; made of the name when null.</summary>
    public string? Email { get; init; }

    /// <summary>The name and the kind, without the API key.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name} ({IdentityKindNames.NameOf(Kind)})";
}
