using System.Collections;

namespace SecureToken.Core.State;

/// <summary>Where a place stands in the text of a ledger.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Hash">The hash code of the location in its <see cref="LedgerPlace.Key"/>.</param>
internal sealed record PlaceSpan(int Start, int Length, int Hash);

/// <summary>
/// The places of a ledger. Nearly all of fifty thousand are of no interest to a run: they stay text, which is copied when the ledger is
/// written. One becomes an object when it is asked for. Those that the run has written come behind them.
/// </summary>
internal sealed class LedgerPlaces : IReadOnlyList<LedgerPlace>
{
    private readonly SharedTexts _texts;
    private readonly Lazy<PlaceChains> _chains;
    private readonly Lazy<Dictionary<PlaceKey, LedgerPlace>> _addedByKey;

    /// <summary>The places that stand in a text, and others.</summary>
    /// <param name="text">The text, in which each of them was found whole.</param>
    /// <param name="spans">Where.</param>
    /// <param name="texts">What they have in common.</param>
    /// <param name="added">The others.</param>
    public LedgerPlaces(
        ReadOnlyMemory<byte> text, IReadOnlyList<PlaceSpan> spans, SharedTexts texts, IReadOnlyList<LedgerPlace> added)
    {
        Text = text;
        Spans = spans;
        Added = added;
        _texts = texts;
        _chains = new(() => new PlaceChains(spans));
        _addedByKey = new(() => added.DistinctBy(place => place.Key).ToDictionary(place => place.Key));
    }

    /// <summary>The text of the ledger.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>Where in it the first places stand.</summary>
    public IReadOnlyList<PlaceSpan> Spans { get; }

    /// <summary>The places after these.</summary>
    public IReadOnlyList<LedgerPlace> Added { get; }

    /// <inheritdoc/>
    public int Count => Spans.Count + Added.Count;

    /// <inheritdoc/>
    public LedgerPlace this[int index] =>
        index < Spans.Count ? LedgerParser.Place(TextOf(Spans[index]).Span, _texts) : Added[index - Spans.Count];

    /// <summary>Places in whatever form they are.</summary>
    public static LedgerPlaces Of(IReadOnlyList<LedgerPlace> places) =>
        places as LedgerPlaces ?? new LedgerPlaces(default, [], new SharedTexts(), places);

    /// <summary>The text of a place.</summary>
    public ReadOnlyMemory<byte> TextOf(PlaceSpan span) => Text.Slice(span.Start, span.Length);

    /// <summary>The place with this key, the first of several, or null.</summary>
    public LedgerPlace? Find(PlaceKey key) =>
        IndexesInText(key) is [var first, ..] ? this[first] : Added.Count > 0 ? _addedByKey.Value.GetValueOrDefault(key) : null;

    /// <summary>All but those that a run writes anew, or leaves out.</summary>
    /// <param name="keys">The keys of the former.</param>
    /// <param name="isLeftOut">Tells the latter, by their indexes.</param>
    public LedgerPlaces Without(IReadOnlySet<PlaceKey> keys, Func<int, bool> isLeftOut)
    {
        HashSet<int> written = [];
        foreach (PlaceKey key in keys)
        {
            written.UnionWith(IndexesInText(key));
        }

        List<PlaceSpan> spans = new(Spans.Count);
        for (int i = 0; i < Spans.Count; i++)
        {
            if (!written.Contains(i) && !isLeftOut(i))
            {
                spans.Add(Spans[i]);
            }
        }

        return new LedgerPlaces(
            Text, spans, _texts, [.. Added.Where((place, i) => !keys.Contains(place.Key) && !isLeftOut(Spans.Count + i))]);
    }

    /// <summary>All but some.</summary>
    public LedgerPlaces Without(Func<LedgerPlace, bool> isLeftOut) =>
        Without(new HashSet<PlaceKey>(), index => isLeftOut(this[index]));

    /// <summary>These, and more behind them.</summary>
    public LedgerPlaces With(IEnumerable<LedgerPlace> more) => new(Text, Spans, _texts, [.. Added, .. more]);

    /// <summary>Whether one of these has a key that no other one has.</summary>
    public bool HasMoreThan(LedgerPlaces others) =>
        (Text.Equals(others.Text) ? Added : this).Any(place => others.Find(place.Key) is null);

    /// <inheritdoc/>
    public IEnumerator<LedgerPlace> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<int> IndexesInText(PlaceKey key)
    {
        List<int> found = [];
        if (Spans.Count > 0)
        {
            int hash = key.Location.GetHashCode(StringComparison.Ordinal);
            for (int i = _chains.Value.First(hash); i >= 0; i = _chains.Value.Next(i))
            {
                if (Spans[i].Hash == hash && this[i].Key == key)
                {
                    found.Add(i);
                }
            }
        }

        return found;
    }

    /// <summary>Leads from a hash code to the places that have it, in their order.</summary>
    private sealed class PlaceChains
    {
        private readonly int[] _first;
        private readonly int[] _next;

        public PlaceChains(IReadOnlyList<PlaceSpan> spans)
        {
            _first = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)spans.Count)];
            _next = new int[spans.Count];
            Array.Fill(_first, -1);
            for (int i = spans.Count - 1; i >= 0; i--)
            {
                ref int first = ref _first[spans[i].Hash & (_first.Length - 1)];
                _next[i] = first;
                first = i;
            }
        }

        public int First(int hash) => _first[hash & (_first.Length - 1)];

        public int Next(int index) => _next[index];
    }
}
