using Microsoft.Extensions.Primitives;

namespace SecureToken.Emulator.Iam;

/// <summary>Reads the form that a grant posts.</summary>
internal static class FormFields
{
    /// <summary>The form, or null when the body is none.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request)
    {
        var mediaType = request.ContentType?.Split(';')[0].Trim();
        if (!string.Equals(mediaType, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

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
