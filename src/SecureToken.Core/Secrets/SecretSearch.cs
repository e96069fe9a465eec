namespace SecureToken.Core.Secrets;

/// <summary>
/// Finds forms in a text in one pass, whatever their number: a table says how far the search may jump when two given bytes end a window
/// (Wu and Manber). It holds much of the secrets, and is zeroed like them.
/// </summary>
internal sealed class SecretSearch
{
    /// <summary>A longer window makes longer jumps, and could hold more line ends.</summary>
    private const int LongestWindow = 32;

    /// <summary>The bytes of the line ends that a window may hold: two CRLF, see <see cref="SecretForm.ShortestLine"/>.</summary>
    private const int LineEndBytes = 4;

    /// <summary>Marks the pairs of bytes that a form begins with.</summary>
    private const byte Beginning = 0x80;

    // By their first byte.
    private readonly SecretForm[][] _forms = new SecretForm[256][];
    private readonly int _window;
    private readonly int _longest;

    // For each pair of bytes: how far to jump when it ends a window, and the mark.
    private readonly byte[] _pairs = GC.AllocateUninitializedArray<byte>(1 << 16, pinned: true);

    public SecretSearch(IReadOnlyList<SecretForm> forms)
    {
        for (int first = 0; first < _forms.Length; first++)
        {
            _forms[first] = [.. forms.Where(form => form.Bytes[0] == first)];
        }

        _window = forms.Count == 0 ? LongestWindow : Math.Min(LongestWindow, forms.Min(form => form.Bytes.Length));
        _longest = forms.Count == 0 ? 0 : forms.Max(form => form.LongestText);
        Array.Fill(_pairs, (byte)(_window - 1));
        foreach (SecretForm form in forms)
        {
            Add(form);
        }
    }

    /// <summary>Adds where forms stand in a text, each from where to where, the first one first.</summary>
    public void Find(ReadOnlySpan<byte> text, List<(int Start, int End)> found)
    {
        ReadOnlySpan<byte> pairs = _pairs;
        int last = _window - 1;
        while (last < text.Length)
        {
            int jump = pairs[(text[last - 1] << 8) | text[last]] & ~Beginning;
            if (jump > 0)
            {
                last += jump;
                continue;
            }

            int start = last - _window + 1;
            if ((pairs[(text[start] << 8) | text[start + 1]] & Beginning) != 0)
            {
                FindAt(text, start, found);
            }

            last++;
        }
    }

    /// <summary>How many bytes at the end of a text may be the beginning of a form.</summary>
    public int BegunAtEndOf(ReadOnlySpan<byte> text)
    {
        for (int start = Math.Max(0, text.Length - _longest + 1); start < text.Length; start++)
        {
            if (start + 1 < text.Length && (_pairs[(text[start] << 8) | text[start + 1]] & Beginning) == 0)
            {
                continue;
            }

            foreach (SecretForm form in _forms[text[start]])
            {
                if (form.Match(text[start..]) == SecretForm.Begun)
                {
                    return text.Length - start;
                }
            }
        }

        return 0;
    }

    public void Clear() => Array.Clear(_pairs);

    private void FindAt(ReadOnlySpan<byte> text, int start, List<(int Start, int End)> found)
    {
        int longest = 0;
        foreach (SecretForm form in _forms[text[start]])
        {
            longest = Math.Max(longest, form.Match(text[start..]));
        }

        if (longest > 0)
        {
            found.Add((start, start + longest));
        }
    }

    private void Add(SecretForm form)
    {
        ReadOnlySpan<byte> bytes = form.Bytes;
        Mark(bytes[0], bytes[1]);
        for (int i = 1; i < _window; i++)
        {
            Allow(bytes[i - 1], bytes[i], i);
        }

        if (!form.MayBeWrapped)
        {
            return;
        }

        Mark(bytes[0], (byte)'\r');
        Mark(bytes[0], (byte)'\n');
        Allow((byte)'\r', (byte)'\n', _window - 1);
        for (int i = 1; i < _window; i++)
        {
            // What stands behind line ends stands that much further behind.
            for (int before = 0; before <= LineEndBytes; before++)
            {
                Allow(bytes[i - 1], bytes[i], i + before);
                Allow(bytes[i - 1], (byte)'\r', i + before);
                Allow(bytes[i - 1], (byte)'\n', i + before);
                Allow((byte)'\n', bytes[i], i + before);
            }
        }
    }

    private void Mark(byte first, byte second) => _pairs[(first << 8) | second] |= Beginning;

    /// <summary>A pair may end at this place of a window: then no jump goes further than from there to the window's end.</summary>
    private void Allow(byte first, byte second, int place)
    {
        if (place < _window)
        {
            ref byte pair = ref _pairs[(first << 8) | second];
            pair = (byte)((pair & Beginning) | Math.Min(pair & ~Beginning, _window - 1 - place));
        }
    }
}
