using System.Text.Json;
using SecureToken.Core.Model;

namespace SecureToken.Core.State;

/// <summary>Reads a ledger member by member. What was read before a fault stays in <see cref="Record"/>.</summary>
/// <param name="content">The text.</param>
internal ref struct LedgerParser(ReadOnlySpan<byte> content)
{
    private readonly List<LedgerPlace> _places = [];
    private Utf8JsonReader _reader = new(content);
    private bool _isWhole = true;

    // The places of a ledger have much in common: one text in memory serves them all.
    private string? _kind;
    private string? _slot;
    private string? _fingerprint;
    private string? _declaredBy;
    private TokenIdentity? _identity;

    private LedgerRecord _record = new();

    /// <summary>What was read.</summary>
    public readonly LedgerRecord Record => _record with { Places = _places };

    /// <summary>Reads all of it.</summary>
    /// <returns>False when a value is not what a ledger has there.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A value is of another type.</exception>
    /// <exception cref="FormatException">A time or a number is none.</exception>
    public bool Parse()
    {
        Advance();
        Enter(JsonTokenType.StartObject);
        while (NextMember())
        {
            ReadMember();
        }

        // What stands behind the end is no ledger's.
        return !_reader.Read() && _isWhole;
    }

    private void ReadMember()
    {
        if (Is("version"u8))
        {
            _record = _record with { Version = _reader.GetInt32() };
        }
        else if (Is("endpoint"u8))
        {
            _record = _record with { Endpoint = Required() };
        }
        else if (Is("instance"u8))
        {
            _record = _record with { Instance = Required() };
        }
        else if (Is("team"u8))
        {
            _record = _record with { Team = Required() };
        }
        else if (Is("teamId"u8))
        {
            _record = _record with { TeamId = _reader.GetInt64() };
        }
        else if (Is("teamName"u8))
        {
            _record = _record with { TeamName = _reader.GetString() };
        }
        else if (Is("fingerprint"u8))
        {
            _record = _record with { Fingerprint = Shared(ref _fingerprint) };
        }
        else if (Is("credential"u8))
        {
            _record = _record with { Credential = _reader.GetString() };
        }
        else if (Is("identity"u8))
        {
            _record = _record with { Identity = ReadIdentity() };
        }
        else if (Is("verifiedAt"u8))
        {
            _record = _record with { VerifiedAt = ReadTime() };
        }
        else if (Is("provenAt"u8))
        {
            _record = _record with { ProvenAt = ReadTime() };
        }
        else if (Is("served"u8))
        {
            _record = _record with { Served = ReadTexts() };
        }
        else if (Is("oneBuildAt"u8))
        {
            _record = _record with { OneBuildAt = ReadTime() };
        }
        else if (Is("places"u8))
        {
            Enter(JsonTokenType.StartArray);
            while (NextElement())
            {
                ReadPlace();
            }
        }
        else if (Is("lastFailure"u8))
        {
            _record = _record with { LastFailure = ReadFailure() };
        }
        else
        {
            SkipMember();
        }
    }

    private void ReadPlace()
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
        if (_reader.TokenType == JsonTokenType.Null)
        {
            _isWhole = false;
            return;
        }

        Enter(JsonTokenType.StartObject);
        bool wasWhole = _isWhole;
        _isWhole = true;
        while (NextMember())
        {
            if (Is("kind"u8))
            {
                kind = Shared(ref _kind);
            }
            else if (Is("location"u8))
            {
                location = _reader.GetString();
            }
            else if (Is("slot"u8))
            {
                slot = Shared(ref _slot);
            }
            else if (Is("fingerprint"u8))
            {
                fingerprint = Shared(ref _fingerprint);
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
                declaredBy = Shared(ref _declaredBy);
            }
            else if (Is("value"u8))
            {
                value = _reader.GetString();
            }
            else if (Is("reloads"u8))
            {
                reloads = _reader.TokenType == JsonTokenType.Null ? null : _reader.GetBoolean();
            }
            else
            {
                SkipMember();
            }
        }

        if (_isWhole && kind is not null && location is not null && slot is not null && fingerprint is not null)
        {
            _places.Add(new LedgerPlace(kind, location, slot, fingerprint, writtenAt)
            {
                Identity = identity,
                DeclaredBy = declaredBy,
                Value = value,
                Reloads = reloads,
            });
            _isWhole = wasWhole;
        }
        else
        {
            _isWhole = false;
        }
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
                SkipMember();
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
                iamId = _reader.GetString();
            }
            else if (Is("kind"u8))
            {
                kind = ReadKind();
            }
            else if (Is("name"u8))
            {
                name = _reader.GetString();
            }
            else
            {
                SkipMember();
            }
        }

        if (iamId is null)
        {
            _isWhole = false;
            return null;
        }

        TokenIdentity identity = new(iamId, kind, name);
        return identity == _identity ? _identity : _identity = identity;
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

    private readonly string? Shared(ref string? last) =>
        _reader.TokenType == JsonTokenType.Null ? null
        : last is not null && _reader.ValueTextEquals(last) ? last
        : last = _reader.GetString();

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

    private void SkipMember()
    {
        Advance();
        _reader.Skip();
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

    private void Advance()
    {
        if (!_reader.Read())
        {
            throw new JsonException();
        }
    }

    private readonly void Enter(JsonTokenType type)
    {
        if (_reader.TokenType != type)
        {
            throw new JsonException();
        }
    }
}
