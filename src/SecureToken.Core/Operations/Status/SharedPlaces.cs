namespace SecureToken.Core.Operations.Status;

/// <summary>
/// Decides whose copy it is when the ledgers of two tokens name one place. It holds one token: that of the ledger which knows its
/// fingerprint; and when none does, the one that was written last. The other ledger has not noticed yet that its copy was overwritten.
/// </summary>
internal static class SharedPlaces
{
    /// <summary>The tokens without the copies that are another one's.</summary>
    public static IReadOnlyList<TokenStatus> Resolve(IReadOnlyList<TokenStatus> tokens)
    {
        if (tokens.Count <= 1)
        {
            // A token does not quarrel with itself.
            return [.. tokens.Where(token => token.Copies.Count > 0)];
        }

        var claims = tokens.SelectMany(
            token => token.Copies.SelectMany(copy => NamesOf(copy).Select(name => (Token: token, Copy: copy, Name: name))));
        Dictionary<CopyReport, int> lost = new(ReferenceEqualityComparer.Instance);
        foreach (var place in claims.GroupBy(claim => (claim.Copy.Location, claim.Name)))
        {
            TokenStatus owner = place.OrderByDescending(claim => claim.Copy.IsRecognised).ThenByDescending(claim => claim.Copy.WrittenAt)
                .First().Token;
            foreach ((TokenStatus token, CopyReport copy, _) in place)
            {
                lost[copy] = lost.GetValueOrDefault(copy) + (ReferenceEquals(token, owner) ? 0 : 1);
            }
        }

        return
        [
            .. tokens.Select(token => token with { Copies = [.. token.Copies.Where(copy => lost[copy] < NamesOf(copy).Length)] })
                .Where(token => token.Copies.Count > 0),
        ];
    }

    private static string[] NamesOf(CopyReport copy) => copy.Slot.Split(", ");
}
