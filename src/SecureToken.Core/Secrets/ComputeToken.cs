namespace SecureToken.Core.Secrets;

/// <summary>What a platform gives to a compute resource (or a VPC instance) to prove itself; IAM exchanges it for an IAM token.</summary>
public sealed class ComputeToken : Secret
{
    /// <summary>Copies the token.</summary>
    public ComputeToken(ReadOnlySpan<byte> utf8)
        : base(utf8)
    {
    }
}
