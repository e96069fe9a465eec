namespace SecureToken.Emulator;

/// <summary>A fault to play, and for which requests.</summary>
public sealed record EmulatorFault
{
    /// <summary>What happens.</summary>
    public EmulatorFaultKind Kind { get; init; }

    /// <summary>
    /// Whether the request is carried out first, so that only its answer is lost. Otherwise it has no effect. A client that gets
    /// no answer cannot tell the two apart, which is why both can be played.
    /// </summary>
    public bool TakesEffect { get; init; }

    /// <summary>
    /// How long after it was received a request that takes effect is carried out, at most a day; zero is before its answer goes wrong.
    /// </summary>
    public TimeSpan EffectAfter { get; init; }

    /// <summary>
    /// The status to answer: 301, 302, 303, 307, 308 or 400 to 599. It is used by <see cref="EmulatorFaultKind.Status"/>, and it is
    /// what <see cref="EmulatorFaultKind.Cut"/> cuts when the request has not taken effect yet.
    /// </summary>
    public int Status { get; init; } = StatusCodes.Status503ServiceUnavailable;

    /// <summary>The wait to send as <c>Retry-After</c> with <see cref="Status"/>, rounded up to whole seconds; null for none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Where a redirection points. Null is the worst case: to the same address, so that a client that follows sends it again.
    /// </summary>
    public string? Location { get; init; }

    /// <summary>After how many bytes of the answer, its head included, <see cref="EmulatorFaultKind.Cut"/> cuts.</summary>
    public int Bytes { get; init; }

    /// <summary>Only requests with this method; null for every one.</summary>
    public string? Method { get; init; }

    /// <summary>Only paths that start so; null for all but the admin calls.</summary>
    public string? PathPrefix { get; init; }
}
