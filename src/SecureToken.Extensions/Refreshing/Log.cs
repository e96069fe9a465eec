using Microsoft.Extensions.Logging;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Extensions.Refreshing;

/// <summary>The messages of the package.</summary>
internal static partial class Log
{
    public static void Failed(ILogger logger, Failure failure) =>
        Failed(logger, failure.Code, failure.Message, failure.NextStep);

    [LoggerMessage(1, LogLevel.Information, "Token {Fingerprint} of {Owner} is in use; before: {Before}.")]
    public static partial void Changed(ILogger logger, string fingerprint, string owner, string before);

    [LoggerMessage(3, LogLevel.Information, "Token {Fingerprint} of {Owner} can be read again.")]
    public static partial void Recovered(ILogger logger, string fingerprint, string owner);

    [LoggerMessage(2, LogLevel.Warning, "{Code}: {Message} {NextStep}")]
    private static partial void Failed(ILogger logger, string code, string message, string nextStep);
}
