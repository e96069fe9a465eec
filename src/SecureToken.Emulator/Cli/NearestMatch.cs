namespace SecureToken.Emulator.Cli;

/// <summary>Finds what a mistyped word was probably meant to be.</summary>
internal static class NearestMatch
{
    /// <summary>The candidate that is at most a third of its letters away, or null.</summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        var (nearest, distance) = candidates
            .Select(candidate => (candidate, Distance(word, candidate)))
            .MinBy(pair => pair.Item2);
        return nearest is not null && distance <= Math.Max(1, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>Levenshtein distance, in one row; a word that was only cut short is near however much is missing.</summary>
    private static int Distance(string left, string right)
    {
        if (right.StartsWith(left, StringComparison.Ordinal))
        {
            return 1;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitution = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
