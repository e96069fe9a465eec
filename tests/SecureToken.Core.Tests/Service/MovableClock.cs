namespace SecureToken.Core.Tests.Service;

/// <summary>The system's clock, and how far somebody has moved it.</summary>
internal sealed class MovableClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
