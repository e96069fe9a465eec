using System.Text.Json;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;

namespace SecureToken.Core.State;

/// <summary>Reads a ledger member by member. What was read before a fault stays in <see cref="RecordOf"/>.</summary>
/// <param name="content">The text.</param>
/// <param name="texts">What places have in common.</param>
internal ref struct LedgerParser(ReadOnlySpan<byte> content, SharedTexts texts)
{
    private Utf8JsonReader _reader = new(content);
    private bool _isWhole = true;
    private List<PlaceSpan>? _places;
    private char[]? _characters;
    private LedgerRecord? _record;

    /// <summary>What was read.</summary>
    /// <param name="text">The text that was given.</param>
    public readonly LedgerRecord RecordOf(ReadOnlyMemory<byte> text) =>
        (_record ?? new LedgerRecord()) with { Places = new LedgerPlaces(text, _places ?? [], texts, []) };

    /// <summary>Reads a place that was found whole in a ledger.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="texts">What it has in common with others.</param>
    public static LedgerPlace Place(ReadOnlySpan<byte> text, SharedTexts texts)
    {
        var parser = new LedgerParser(text, texts);
        parser.Advance();
        return parser.ReadPlace(isMade: true, out _, out LedgerPlace? place) ? place! : throw new JsonException();
    }

    /// <summary>Reads all of it.</summary>
    /// <returns>False when a value is not what a ledger has there.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A value is of another type.</exception>
    /// <exception cref="FormatException">A time or a number is none.</exception>
    public bool Parse()
    {
        _record = new LedgerRecord();
        Advance();
        Enter(JsonTokenType.StartObject);
        while (NextMember())
        {
            ReadMember(_record);
        }

        // What stands behind the end is no ledger's.
        return !_reader.Read() && _isWhole;
    }

    private void ReadMember(LedgerRecord record)
    {
        if (Is("version"u8))
        {
            _record = record with { Version = _reader.GetInt32() };
        }
        else if (Is("endpoint"u8))
        {
            _record = record with { Endpoint = Required() };
        }
        else if (Is("instance"u8))
        {
            _record = record with { Instance = Required() };
        }
        else if (Is("team"u8))
        {
            _record = record with { Team = Required() };
        }
        else if (Is("teamId"u8))
        {
            _record = record with { TeamId = _reader.GetInt64() };
        }
        else if (Is("teamName"u8))
        {
            _record = record with { TeamName = _reader.GetString() };
        }
        else if (Is("fingerprint"u8))
        {
            _record = record with { Fingerprint = Shared(ref texts.Fingerprint) };
        }
        else if (Is("credential"u8))
        {
            _record = record with { Credential = _reader.GetString() };
        }
        else if (Is("identity"u8))
        {
            _record = record with { Identity = ReadIdentity() };
        }
        else if (Is("verifiedAt"u8))
        {
            _record = record with { VerifiedAt = ReadTime() };
        }
        else if (Is("provenAt"u8))
        {
            _record = record with { ProvenAt = ReadTime() };
        }
        else if (Is("served"u8))
        {
            _record = record with { Served = ReadTexts() };
        }
        else if (Is("oneBuildAt"u8))
        {
            _record = record with { OneBuildAt = ReadTime() };
        }
        else if (Is("places"u8))
        {
            Enter(JsonTokenType.StartArray);
            while (NextElement())
            {
                FindPlace();
            }
        }
        else if (Is("lastFailure"u8))
        {
            _record = record with { LastFailure = ReadFailure() };
        }
        else
        {
            _reader.Skip();
        }
    }

    private void FindPlace()
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            _isWhole = false;
            return;
        }

        int start = (int)_reader.TokenStartIndex;
        bool wasWhole = _isWhole;
        _isWhole = true;
        bool isPlace = ReadPlace(isMade: false, out int hash, out _);
        _isWhole = isPlace && wasWhole;
        if (isPlace)
        {
            (_places ??= []).Add(new PlaceSpan(start, (int)_reader.BytesConsumed - start, hash));
        }
    }

    /// <summary>Reads a place, or only makes sure that it can be read, which allocates nothing.</summary>
    private bool ReadPlace(bool isMade, out int hash, out LedgerPlace? place)
    {
        string? kind = null;
        string? location = null;
        string? slot = null;
        string? fingerprint = null;
        string? declaredBy = null;
        string? value = null;
        bool? reloads = null;
        DateTimeOffset writtenAt = default;
        TokenIdentity? identity = null;
        int hashOfText = 0;
        int hashOfPath = 0;
        Enter(JsonTokenType.StartObject);
        while (NextMember())
        {
            if (Is("kind"u8))
            {
                kind = Shared(ref texts.Kind);
            }
            else if (Is("location"u8))
            {
                location = Own(isMade, out ReadOnlySpan<char> characters);
                hashOfText = string.GetHashCode(characters);
                hashOfPath = PathRules.Here.HashOf(characters);
            }
            else if (Is("slot"u8))
            {
                slot = Shared(ref texts.Slot);
            }
            else if (Is("fingerprint"u8))
            {
                fingerprint = Shared(ref texts.Fingerprint);
            }
            else if (Is("writtenAt"u8))
            {
                writtenAt = _reader.GetDateTimeOffset();
            }
            else if (Is("identity"u8))
            {
                identity = ReadIdentity();
            }
            else if (Is("declaredBy"u8))
            {
                declaredBy = Shared(ref texts.DeclaredBy);
            }
            else if (Is("value"u8))
            {
                value = Own(isMade, out _);
            }
            else if (Is("reloads"u8))
            {
                reloads = _reader.TokenType == JsonTokenType.Null ? null : _reader.GetBoolean();
            }
            else
            {
                _reader.Skip();
            }
        }

        place = null;
        hash = 0;
        if (!_isWhole || kind is null || location is null || slot is null || fingerprint is null)
        {
            return false;
        }

        hash = LedgerPlace.IsOfFile(kind) ? hashOfPath : hashOfText;
        place = !isMade ? null : new LedgerPlace(kind, location, slot, fingerprint, writtenAt)
        {
            Identity = identity,
            DeclaredBy = declaredBy,
            Value = value,
            Reloads = reloads,
        };
        return true;
    }

    private LedgerFailure? ReadFailure()
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        string? code = null;
        string? message = null;
        string? nextStep = null;
        string? credential = null;
        DateTimeOffset at = default;
        IReadOnlyList<string>? served = null;
        IReadOnlyList<string> dead = [];
        Enter(JsonTokenType.StartObject);
        while (NextMember())
        {
            if (Is("code"u8))
            {
                code = _reader.GetString();
            }
            else if (Is("message"u8))
            {
                message = _reader.GetString();
            }
            else if (Is("nextStep"u8))
            {
                nextStep = _reader.GetString();
            }
            else if (Is("at"u8))
            {
                at = _reader.GetDateTimeOffset();
            }
            else if (Is("credential"u8))
            {
                credential = _reader.GetString();
            }
            else if (Is("served"u8))
            {
                served = ReadTexts();
            }
            else if (Is("dead"u8))
            {
                dead = ReadTexts();
            }
            else
            {
                _reader.Skip();
            }
        }

        if (code is null || message is null || nextStep is null || served is null)
        {
            _isWhole = false;
            return null;
        }

        return new LedgerFailure(code, message, nextStep, at, credential, served) { Dead = dead };
    }

    private TokenIdentity? ReadIdentity()
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        string? iamId = null;
        string? name = null;
        IdentityKind kind = IdentityKind.Unknown;
        Enter(JsonTokenType.StartObject);
        while (NextMember())
        {
            if (Is("iamId"u8))
            {
                iamId = Shared(ref texts.IamId);
            }
            else if (Is("kind"u8))
            {
                kind = ReadKind();
            }
            else if (Is("name"u8))
            {
                name = Shared(ref texts.IdentityName);
            }
            else
            {
                _reader.Skip();
            }
        }

        if (iamId is null)
        {
            _isWhole = false;
            return null;
        }

        return texts.Identity is { } last && last.IamId == iamId && last.Kind == kind && last.Name == name
            ? last : texts.Identity = new TokenIdentity(iamId, kind, name);
    }

    private readonly IdentityKind ReadKind() =>
        _reader.ValueTextEquals("User"u8) ? IdentityKind.User
        : _reader.ValueTextEquals("ServiceId"u8) ? IdentityKind.ServiceId
        : _reader.ValueTextEquals("TrustedProfile"u8) ? IdentityKind.TrustedProfile
        : _reader.ValueTextEquals("Unknown"u8) ? IdentityKind.Unknown
        : throw new FormatException();

    private readonly DateTimeOffset? ReadTime() => _reader.TokenType == JsonTokenType.Null ? null : _reader.GetDateTimeOffset();

    private List<string> ReadTexts()
    {
        List<string> texts = [];
        Enter(JsonTokenType.StartArray);
        while (NextElement())
        {
            texts.Add(Required());
        }

        return texts;
    }

    private string Required()
    {
        string? text = _reader.GetString();
        _isWhole &= text is not null;
        return text ?? string.Empty;
    }

    private readonly string? Shared(ref string? last)
    {
        string? known = last;
        return _reader.TokenType == JsonTokenType.Null ? null
            : known is not null && _reader.ValueTextEquals(known) ? known
            : last = _reader.GetString();
    }

    /// <summary>
    /// A text that no other place has; when it is not to be made it is only decoded, and an empty one stands for it.
    /// </summary>
    private string? Own(bool isMade, out ReadOnlySpan<char> characters)
    {
        if (isMade || _reader.TokenType == JsonTokenType.Null)
        {
            string? text = _reader.GetString();
            characters = text;
            return text;
        }

        if (_characters is null || _characters.Length < _reader.ValueSpan.Length)
        {
            _characters = new char[Math.Max(1024, _reader.ValueSpan.Length)];
        }

        characters = _characters.AsSpan(0, _reader.CopyString(_characters));
        return string.Empty;
    }

    /// <summary>Whether the member at which the reader stands has this name; then it goes on to the value.</summary>
    private bool Is(ReadOnlySpan<byte> name)
    {
        if (_reader.TokenType != JsonTokenType.PropertyName || !_reader.ValueTextEquals(name))
        {
            return false;
        }

        Advance();
        return true;
    }

    private bool NextMember()
    {
        Advance();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    private bool NextElement()
    {
        Advance();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Goes on; where the text is cut off the reader throws.</summary>
    private void Advance() => _reader.Read();

    private readonly void Enter(JsonTokenType type)
    {
        if (_reader.TokenType != type)
        {
            throw new JsonException();
        }
    }
}
