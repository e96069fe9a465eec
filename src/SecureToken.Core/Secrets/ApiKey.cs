namespace SecureToken.Core.Secrets;

/// <summary>An IBM Cloud API key.</summary>
public sealed class ApiKey : Secret
{
    /// <summary>Copies the key.</summary>
    public ApiKey(ReadOnlySpan<byte> utf8)
        : base(utf8)
    {
    }
}
