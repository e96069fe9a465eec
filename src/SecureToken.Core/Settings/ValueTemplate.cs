using System.Buffers;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Settings;

/// <summary>
/// What a destination stores: the token alone, or with fixed text around it, because the Authorization header wants the word Bearer.
/// </summary>
public sealed class ValueTemplate
{
    /// <summary>Stands for the token.</summary>
    public const string Placeholder = "{token}";

    /// <summary>The token and nothing else.</summary>
    public static readonly ValueTemplate TokenAlone = new(string.Empty, string.Empty);

    // No quote, backslash, dollar sign, backtick or line end: no format can be broken out of by what is around the token.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._~+/=:,@-");

    private readonly byte[] _before;
    private readonly byte[] _after;

    private ValueTemplate(string before, string after)
    {
        _before = Encoding.ASCII.GetBytes(before);
        _after = Encoding.ASCII.GetBytes(after);
        Text = before + Placeholder + after;
    }

    /// <summary>The template as it is written.</summary>
    public string Text { get; }

    /// <summary>Whether there is no text around the token.</summary>
    public bool IsTokenAlone => _before.Length + _after.Length == 0;

    /// <summary>The template where it says more than the token alone does; else null.</summary>
    public string? TextAround => IsTokenAlone ? null : Text;

    /// <summary>Reads a template such as <c>Bearer {token}</c>.</summary>
    /// <returns>The template; or 108.</returns>
    public static Result<ValueTemplate> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] around = text.Split(Placeholder);
        string fault =
            text.Length > 256 ? "it has more than 256 characters" :
            around.Length != 2 ? $"it holds {Placeholder} once" :
            around[0].AsSpan().ContainsAnyExcept(Allowed) || around[1].AsSpan().ContainsAnyExcept(Allowed)
                ? "around the token there are letters, digits, spaces and ._~+/=:,@- only" :
            text.StartsWith(' ') || text.EndsWith(' ') ? "it starts or ends with a space" : string.Empty;
        return fault.Length == 0
            ? new ValueTemplate(around[0], around[1])
            : Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The value of a destination",
                PrintableText.Ascii(text, 80), fault);
    }

    /// <summary>The bytes to store, in memory that is not moved; the caller zeroes them.</summary>
    public byte[] Fill(ReadOnlySpan<byte> token)
    {
        byte[] value = GC.AllocateUninitializedArray<byte>(_before.Length + token.Length + _after.Length, pinned: true);
        _before.CopyTo(value, 0);
        token.CopyTo(value.AsSpan(_before.Length));
        _after.CopyTo(value, _before.Length + token.Length);
        return value;
    }

    /// <summary>The token in a stored value, or null if the value is something else.</summary>
    public Token? Extract(ReadOnlySpan<byte> value) =>
        value.Length > _before.Length + _after.Length && value.StartsWith(_before) && value.EndsWith(_after)
            ? Token.TryCreate(value[_before.Length..^_after.Length])
            : null;

    /// <summary>The template.</summary>
    public override string ToString() => Text;
}
