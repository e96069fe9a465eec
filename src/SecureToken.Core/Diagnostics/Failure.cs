using System.Globalization;
using System.Resources;

namespace SecureToken.Core.Diagnostics;

/// <summary>A kind of failure (or warning) a user can meet: its code and the exit status it leads to.</summary>
/// <param name="Code">The code, <c>SECTOK###</c>; the same in the tool, the task and <c>docs/diagnostics.md</c>.</param>
/// <param name="Exit">The exit status of the tool.</param>
public sealed record DiagnosticDescriptor(string Code, ExitStatus Exit)
{
    private static readonly ResourceManager Texts = new("SecureToken.Core.Diagnostics.Messages", typeof(DiagnosticDescriptor).Assembly);

    /// <summary>The page that explains the code.</summary>
    public string HelpLink =>
        "https://github.com/securetoken-build/securetoken-build/blob/main/docs/diagnostics.md#" + Code.ToLowerInvariant();

    /// <summary>The message with its arguments filled in, without the code.</summary>
    public string Message(params object[] arguments) => Format(Code, arguments);

    /// <summary>What to do next, with the same arguments filled in.</summary>
    public string NextStep(params object[] arguments) => Format(Code + ".Next", arguments);

    private static string Format(string name, object[] arguments)
    {
        string text = Texts.GetString(name, CultureInfo.InvariantCulture)
            ?? throw new InvalidOperationException($"No text for {name} in Messages.resx.");
        return PrintableText.Of(string.Format(CultureInfo.InvariantCulture, text, arguments));
    }
}

/// <summary>
/// What went wrong, as a value: a coded message that names the thing that failed, and the next step.
/// Arguments are names, paths, hosts and ids; a secret cannot be passed because <see cref="Secrets.Secret"/> prints as stars.
/// </summary>
/// <param name="Descriptor">Which failure it is.</param>
/// <param name="Message">What failed, for which endpoint, instance and team.</param>
/// <param name="NextStep">What the user does next.</param>
public sealed record Failure(DiagnosticDescriptor Descriptor, string Message, string NextStep)
{
    /// <summary>The code, <c>SECTOK###</c>.</summary>
    public string Code => Descriptor.Code;

    /// <summary>Fills the texts of <paramref name="diagnostic"/> with the arguments.</summary>
    public static Failure Of(DiagnosticDescriptor diagnostic, params object[] arguments)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        return new Failure(diagnostic, diagnostic.Message(arguments), diagnostic.NextStep(arguments));
    }

    /// <summary>A failure of an earlier run, in its words. They stood in a file, where anything may stand.</summary>
    public static Failure Remembered(DiagnosticDescriptor diagnostic, string message, string nextStep) =>
        new(diagnostic, PrintableText.Of(message), PrintableText.Of(nextStep));

    /// <summary>The failure with the place in the settings that led to it; itself when there is none.</summary>
    public Failure At(string? place) => place is null ? this : this with { Message = $"{PrintableText.Of(place)}: {Message}" };

    /// <summary>The same without where it is, for a place that does not exist yet.</summary>
    public Failure NotAt(string place) =>
        Message.StartsWith(place + ": ", StringComparison.Ordinal) ? this with { Message = Message[(place.Length + 2)..] } : this;

    /// <summary>One line: code, message and next step.</summary>
    public override string ToString() => $"{Code}: {Message} {NextStep}";
}
