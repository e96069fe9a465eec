using SecureToken.Core.Secrets;

namespace SecureToken.Core.Http;

/// <summary>When a call may be sent again after a failure.</summary>
internal enum Resend
{
    /// <summary>
    /// It changes nothing that lasts (it reads, or mints an IAM token), or the server applies it once: after every passing fault.
    /// </summary>
    Freely,

    /// <summary>Never: it changes something, or its answer is not worth a wait.</summary>
    Never,
}

/// <summary>One request, without its secrets in text form.</summary>
/// <param name="Method">The method.</param>
/// <param name="Uri">The address; it never holds a secret.</param>
internal sealed record ApiRequest(HttpMethod Method, Uri Uri)
{
    /// <summary>64 KiB: no answer about one token is larger.</summary>
    public const int DefaultBodyLimit = 64 * 1024;

    /// <summary>Headers without secrets.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Sent as <c>Authorization: Bearer …</c>.</summary>
    public Secret? Bearer { get; init; }

    /// <summary>What the form holds, so that a refusal which repeats it can be masked.</summary>
    public Secret? FormSecret { get; init; }

    /// <summary>A URL-encoded form. The caller zeroes it.</summary>
    public byte[]? Form { get; init; }

    /// <summary>A JSON body instead. The caller zeroes one with a secret in it.</summary>
    public byte[]? Json { get; init; }

    /// <summary>What the JSON body is.</summary>
    public string JsonType { get; init; } = "application/json";

    /// <summary>When it may be sent again.</summary>
    public Resend Resend { get; init; }

    /// <summary>Whether another request says the same: then that one is sent instead of this one again after a 5xx.</summary>
    public bool HasAlternative { get; init; }

    /// <summary>The most bytes its answer may have.</summary>
    public int BodyLimit { get; init; } = DefaultBodyLimit;

    /// <summary>Scheme, host and port, for messages.</summary>
    public string Server => Uri.GetLeftPart(UriPartial.Authority);
}
