using SecureToken.Core.Diagnostics;

namespace SecureToken.Extensions;

/// <summary>The token cannot be had. The message has the code, what failed and what to do next; no secret is in it.</summary>
public sealed class SecureTokenException : Exception
{
    internal SecureTokenException(Failure failure)
        : base(failure.ToString())
    {
        Code = failure.Code;
        HelpLink = failure.Descriptor.HelpLink;
    }

    /// <summary>The code, <c>SECTOK###</c>, which docs/diagnostics.md explains.</summary>
    public string Code { get; }
}
