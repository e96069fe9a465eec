using Microsoft.Extensions.Primitives;

namespace SecureToken.Emulator.Iam;

/// <summary>Reads the form that a grant posts.</summary>
internal static class FormFields
{
    // The second is what a client has sent for years, so IAM must accept it.
    private static readonly string[] MediaTypes = ["application/x-www-form-urlencoded", "x-www-form-urlencoded"];

    /// <summary>The form, or null when the body is none.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request)
    {
        var mediaType = request.ContentType?.Split(';')[0].Trim();
        if (!MediaTypes.Contains(mediaType, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        request.ContentType = MediaTypes[0];
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception failure) when (failure is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The value of a field that is there once and not empty.</summary>
    public static string? Single(StringValues values) => values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;
}
