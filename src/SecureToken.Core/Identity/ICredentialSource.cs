using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Identity;

/// <summary>One way to say who we are. The finder asks them in their order.</summary>
internal interface ICredentialSource
{
    /// <summary>Its name, for <c>--credential</c> and messages.</summary>
    string Name { get; }

    /// <summary>What would have to be there, for the message that nothing is.</summary>
    string Needs { get; }

    /// <summary>The options that name this source and no other.</summary>
    IEnumerable<string> Given(CredentialOptions options);

    /// <summary>The credential; null when the machine offers none of this kind. One that is there but broken is a failure.</summary>
    Result<Credential?> Find(CredentialSearch search);
}

/// <summary>Where a source looks.</summary>
/// <param name="Options">What the user said.</param>
/// <param name="Environment">Reads environment variables.</param>
/// <param name="Clock">The clock.</param>
/// <param name="IsForced">Whether the user has named this source.</param>
internal sealed record CredentialSearch(CredentialOptions Options, Func<string, string?> Environment, TimeProvider Clock, bool IsForced)
{
    /// <summary>The first of some variables that is set, or null.</summary>
    public string? FirstSet(IEnumerable<string> names) => names.FirstOrDefault(name => !string.IsNullOrEmpty(Environment(name)));
}
