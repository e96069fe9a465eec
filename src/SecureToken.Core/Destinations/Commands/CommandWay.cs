using SecureToken.Core.Secrets;

namespace SecureToken.Core.Destinations.Commands;

/// <summary>Makes what a program gets on its standard input; the result is in memory that is not moved, and the caller zeroes it.</summary>
/// <param name="value">What is to be stored.</param>
/// <param name="fingerprint">The fingerprint of the token.</param>
internal delegate byte[] InputShape(ReadOnlySpan<byte> value, Fingerprint fingerprint);

/// <summary>How a program takes the value.</summary>
/// <param name="Shape">What stands on its standard input.</param>
internal sealed record CommandWay(InputShape Shape)
{
    /// <summary>The value and nothing else, not even a line end.</summary>
    public static readonly CommandWay Plain = new((value, _) => InputShapes.Join(value));

    /// <summary>A program that ends with 0 when this very token is there already; null where nothing can tell.</summary>
    public IReadOnlyList<string>? Probe { get; init; }

    /// <summary>What a person has to do after a reset so that it takes effect there; null when that is not known.</summary>
    public string? AfterReset { get; init; }

    /// <summary>Who can read it there; null when that is not known.</summary>
    public string? Readers { get; init; }
}
