namespace SecureToken.TestSupport;

/// <summary>What tests measured. A run that sets SECTOKEN_TEST_FIGURES to a file (build/test.sh does) shows it at its end.</summary>
public static class Figures
{
    private static readonly Lock Gate = new();

    public static void Report(string line)
    {
        if (Environment.GetEnvironmentVariable("SECTOKEN_TEST_FIGURES") is { Length: > 0 } path)
        {
            lock (Gate)
            {
                File.AppendAllText(path, line + "\n");
            }
        }
    }
}
