using System.Globalization;

namespace SecureToken.Emulator.Admin;

/// <summary>Reads the query of an admin route strictly: a name that is not known is an error, not silence.</summary>
internal sealed class AdminQuery
{
    private const int MostMilliseconds = 86_400_000;

    private readonly IQueryCollection _query;

    public AdminQuery(HttpRequest request, params string[] known)
    {
        _query = request.Query;
        var unknown = _query.Keys.FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase));
        Error = unknown is null ? null : "Known parameters: " + string.Join(", ", known);
    }

    /// <summary>What was wrong first, or null.</summary>
    public string? Error { get; private set; }

    public string? Text(string name) => _query.TryGetValue(name, out var value) ? value.ToString() : null;

    public int? WholeNumber(string name, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Error ??= string.Create(CultureInfo.InvariantCulture, $"{name} is a whole number from {least} to {most}");
        return null;
    }

    public TimeSpan? Milliseconds(string name) =>
        WholeNumber(name, 0, MostMilliseconds) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    public TimeSpan? MillisecondsOrForever(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Emulator.MillisecondsOrForever.Parse(text) is { } value)
        {
            return value;
        }

        Error ??= $"{name} is {Emulator.MillisecondsOrForever.Expected}";
        return null;
    }

    public T? OneOf<T>(string name, IReadOnlyDictionary<string, T> choices)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (choices.TryGetValue(text, out var chosen))
        {
            return chosen;
        }

        Error ??= $"{name} is one of {string.Join(", ", choices.Keys)}";
        return null;
    }
}
