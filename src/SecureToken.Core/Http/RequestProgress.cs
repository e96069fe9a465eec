using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Http;

/// <summary>What a request is at, for whoever shows what is waited for. There is no secret in it.</summary>
/// <param name="host">Who is asked.</param>
public sealed class RequestProgress(string host)
{
    /// <summary>Who is asked.</summary>
    public string Host => host;

    /// <summary>Which attempt it is; the first is 1.</summary>
    public int Attempt { get; internal set; } = 1;

    /// <summary>What was wrong with the attempt before; null for the first.</summary>
    public Failure? Trouble { get; internal set; }

    /// <summary>What the last attempt was answered; null when it was not, or not yet.</summary>
    public int? Status { get; internal set; }

    /// <summary>Whether it has come to its end.</summary>
    public bool IsOver { get; internal set; }
}
