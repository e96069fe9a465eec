using System.Buffers.Text;
using System.Security.Cryptography;

namespace SecureToken.Emulator.Credentials;

/// <summary>Makes API keys that look like IBM's: 44 characters of url-safe base64.</summary>
internal static class ApiKeys
{
    private const int Bytes = 33;

    public static string NewKey()
    {
        while (true)
        {
            var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

            // A leading hyphen is legal, but in a test it would look like an option to whatever reads it.
            if (key[0] != '-')
            {
                return key;
            }
        }
    }
}
