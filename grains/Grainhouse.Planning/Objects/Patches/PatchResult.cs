using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>The document that a patch asks for, or why the patch cannot be applied.</summary>
internal readonly record struct PatchResult(JsonNode? Document, ApiStatus? Error)
{
    public static PatchResult Malformed(string why) => new(null, ApiStatus.BadRequest(why));

    /// <summary>413: it asks for more than one request may.</summary>
    public static PatchResult TooLarge(string why) => new(null, new ApiStatus(413, "RequestEntityTooLarge", why));

    /// <summary>422 in upstream's words, which name no detail; the detail is in the cause.</summary>
    public static PatchResult DoesNotApply(string why) => new(
        null,
        new ApiStatus(422, "Invalid", "the server rejected our request due to an error in our request")
        {
            Causes = [new StatusCause("UnexpectedServerResponse", why, "patch")],
        });
}
