namespace SecureToken.Core.Text.Dotenv;

/// <summary>One assignment of the name. Offsets in bytes.</summary>
/// <param name="LineStart">Where its line starts.</param>
/// <param name="LineEnd">Behind its last line end.</param>
/// <param name="ValueStart">The value without quotes.</param>
/// <param name="ValueEnd">Behind it.</param>
/// <param name="SlotStart">What a new value takes the place of, quotes included.</param>
/// <param name="SlotEnd">Behind it.</param>
/// <param name="Quote">The quote to write, or 0.</param>
/// <param name="After">What must follow the new value: a space before a comment that touches it.</param>
/// <param name="IsAgreed">Whether every reader takes what stands here for the same value.</param>
internal readonly record struct DotenvAssignment(
    int LineStart, int LineEnd, int ValueStart, int ValueEnd, int SlotStart, int SlotEnd, char Quote, string After, bool IsAgreed);

/// <summary>Where a name stands in a dotenv document, and where it could.</summary>
internal sealed class DotenvAssignments
{
    public TextFault? Fault { get; set; }

    public List<DotenvAssignment> AtName { get; } = [];

    /// <summary>Where a new line goes.</summary>
    public int NewLineAt { get; set; }

    /// <summary>Whether there are assignments and each is exported.</summary>
    public bool AllExported { get; set; }
}
