using System.Diagnostics.CodeAnalysis;

namespace SecureToken.Core.Diagnostics;

/// <summary>A value, or the failure that stood in its way.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class Result<T>
{
    private readonly T? _value;

    private Result(T? value, Failure? failure)
    {
        _value = value;
        Failure = failure;
    }

    /// <summary>The failure, or null when there is a value.</summary>
    public Failure? Failure { get; }

    /// <summary>The value. Reading it of a failed result is a defect.</summary>
    public T Value => Failure is null ? _value! : throw new InvalidOperationException("There is no value: " + Failure.Code);

    /// <summary>True and the value, or false and the failure.</summary>
    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Failure? failure)
    {
        value = _value;
        failure = Failure;
        return failure is null;
    }

    /// <summary>Wraps a value.</summary>
    [SuppressMessage(
        "Usage", "CA2225:Operator overloads have named alternates", Justification = "The conversion is the whole point of the type.")]
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Wraps a failure.</summary>
    [SuppressMessage(
        "Usage", "CA2225:Operator overloads have named alternates", Justification = "The conversion is the whole point of the type.")]
    public static implicit operator Result<T>(Failure failure) => new(default, failure);
}
