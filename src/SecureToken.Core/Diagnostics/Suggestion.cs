namespace SecureToken.Core.Diagnostics;

/// <summary>Finds what the user may have meant.</summary>
public static class Suggestion
{
    /// <summary>The nearest candidate, or null when none is near.</summary>
    public static string? Nearest(string text, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(text);
        (string Candidate, int Distance) best = candidates.Select(candidate => (candidate, Distance(text, candidate)))
            .DefaultIfEmpty((string.Empty, int.MaxValue)).MinBy(pair => pair.Item2);
        return best.Distance <= Math.Max(2, text.Length / 3) ? best.Candidate : null;
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbours) that turn one text into the other, letter case ignored.</summary>
    public static int Distance(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                cost[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1),
                    cost[i - 1, j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[left.Length, right.Length];

        static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
    }
}
