namespace SecureToken.Core.Text.Dotenv;

/// <summary>What stands around a value that not every reader takes for nothing.</summary>
/// <param name="IsBehindMark">Whether a byte order mark stands before its name.</param>
/// <param name="LineWithReturn">The line that ends in a carriage return and a line feed; null when none does.</param>
internal readonly record struct DotenvShape(bool IsBehindMark, int? LineWithReturn);
