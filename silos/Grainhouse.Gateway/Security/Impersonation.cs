using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Security;

/// <summary>Acting as somebody else (<c>kubectl --as</c>): for those who may do everything anyway.</summary>
internal static class Impersonation
{
    /// <summary>The user to act as: the one in the headers, else the user themselves.</summary>
    /// <exception cref="RequestRefusedException">403: the user may not; 400: groups without a user.</exception>
    public static UserIdentity Apply(HttpRequest request, UserIdentity user)
    {
        var groups = request.Headers["Impersonate-Group"];
        if (request.Headers["Impersonate-User"] is not [{ Length: > 0 } name, ..])
        {
            return groups.Count == 0 ? user : throw Refusals.BadRequest("requested impersonation of groups without impersonating a user");
        }

        if (!user.IsMaster)
        {
            throw new RequestRefusedException(new ApiStatus(
                403, "Forbidden", $"users \"{name}\" is forbidden: User \"{user.Name}\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope")
            {
                Name = name,
                Kind = "users",
            });
        }

        return new UserIdentity(name, [.. groups.OfType<string>(), UserIdentity.Authenticated]);
    }
}
