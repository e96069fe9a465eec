namespace SecureToken.Core.Model;

/// <summary>What kind of identity an IAM token stands for.</summary>
public enum IdentityKind
{
    /// <summary>The IAM token does not say.</summary>
    Unknown,

    /// <summary>A person, who can log in to the page.</summary>
    User,

    /// <summary>A service ID.</summary>
    ServiceId,

    /// <summary>A trusted profile.</summary>
    TrustedProfile,
}

/// <summary>
/// Whose token it is. One identity reads the same token with an API key, a CLI session and an IAM token; another identity reads another
/// one.
/// </summary>
/// <param name="IamId">The <c>iam_id</c> of its IAM tokens: what tells one identity from another.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name, where the IAM token has one.</param>
public sealed record TokenIdentity(string IamId, IdentityKind Kind, string? Name)
{
    /// <summary>
    /// Whether it can log in to the page, so that its token can be reset there. Of an identity of unknown kind it is assumed.
    /// </summary>
    public bool HasLogin => Kind is IdentityKind.User or IdentityKind.Unknown;

    /// <summary>The kind, in words.</summary>
    public string KindText => Kind switch
    {
        IdentityKind.User => "user",
        IdentityKind.ServiceId => "service ID",
        IdentityKind.TrustedProfile => "trusted profile",
        _ => "identity",
    };

    /// <summary>Whether another one is the same identity, whatever it is called now.</summary>
    public bool IsSameAs(TokenIdentity other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IamId == other.IamId;
    }

    /// <summary>Kind, name and id, for a message.</summary>
    public override string ToString() => Name is null ? $"{KindText} {IamId}" : $"{KindText} {Name} ({IamId})";
}
