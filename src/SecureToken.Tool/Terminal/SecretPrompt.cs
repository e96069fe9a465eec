using System.Security.Cryptography;

namespace SecureToken.Tool.Terminal;

/// <summary>Asks a person at the terminal for a secret; each character is shown as an asterisk.</summary>
internal static class SecretPrompt
{
    private const int Limit = 16 * 1024;
    private const char EndOfInput = '\u0004';
    private const char KillLine = '\u0015';

    /// <summary>Reads what is typed or pasted, up to Enter. The stream zeroes it when it is disposed.</summary>
    /// <param name="question">What is asked for.</param>
    /// <param name="draw">Draws text on the terminal.</param>
    public static Stream Read(string question, Action<string> draw)
    {
        byte[] typed = GC.AllocateArray<byte>(Limit, pinned: true);
        int length = 0;

        // Before anybody is asked (measured: The terminal shows what is typed until .NET looks at the keyboard).
        _ = Console.KeyAvailable;
        draw($"{question} (not shown): ");
        while (length < Limit)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter || key.KeyChar is '\r' or '\n' or EndOfInput)
            {
                break;
            }

            if (key.Key == ConsoleKey.Backspace || key.KeyChar is '\b' or '\u007f' or KillLine)
            {
                int kept = key.KeyChar == KillLine ? 0 : Math.Max(0, length - 1);
                draw(string.Concat(Enumerable.Repeat("\b \b", length - kept)));
                length = kept;
            }
            else if (!char.IsControl(key.KeyChar))
            {
                // No token has another character, so what it was does not matter.
                typed[length++] = char.IsAscii(key.KeyChar) ? (byte)key.KeyChar : (byte)'?';
                draw("*");
            }
        }

        draw(Environment.NewLine);
        return new TypedSecret(typed, length);
    }

    private sealed class TypedSecret : MemoryStream
    {
        private readonly byte[] _typed;

        public TypedSecret(byte[] typed, int length)
            : base(typed, 0, length, writable: false) => _typed = typed;

        protected override void Dispose(bool disposing)
        {
            CryptographicOperations.ZeroMemory(_typed);
            base.Dispose(disposing);
        }
    }
}
