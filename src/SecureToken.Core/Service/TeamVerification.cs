namespace SecureToken.Core.Service;

/// <summary>What was found out about the team of a token.</summary>
/// <param name="Team">The team that the token says it belongs to; null when it could not be asked.</param>
/// <param name="Evidence">What was asked and answered, for a person.</param>
public sealed record TeamVerification(long? Team, string Evidence);
