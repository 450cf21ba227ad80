using System.Diagnostics.CodeAnalysis;

namespace Xenios.Protocol;

/// <summary>Either the value an operation was asked for, or why there is none. Nothing a stranger can cause is an exception.</summary>
/// <typeparam name="T">What the operation yields.</typeparam>
/// <typeparam name="TFailure">What it says otherwise.</typeparam>
public readonly struct Result<T, TFailure>
    where T : class
    where TFailure : class
{
    private readonly T? _value;
    private readonly TFailure? _failure;

    private Result(T? value, TFailure? failure) => (_value, _failure) = (value, failure);

    /// <summary>Whether there is a value.</summary>
    /// <param name="value">The value when true.</param>
    /// <param name="failure">The reason when false.</param>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out TFailure? failure)
    {
        (value, failure) = (_value, _failure);
        return value is not null;
    }

    /// <summary>A success.</summary>
    /// <param name="value">What was asked for.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "Results are made where values and failures are: an operator reads best.")]
    public static implicit operator Result<T, TFailure>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    /// <param name="failure">Why there is no value.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "Results are made where values and failures are: an operator reads best.")]
    public static implicit operator Result<T, TFailure>(TFailure failure) => new(null, failure);
}
