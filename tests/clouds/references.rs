//! What each request of the transcripts was read against: the vendors' own descriptions, by page or
//! file, section and version.

use holdfast_tests::servers::clouds::Cloud;

/// The reference of a request, by its method and its address at the vendor.
pub fn reference(cloud: Cloud, method: &str, url: &str) -> Option<&'static str> {
    let table = match cloud {
        Cloud::OneDrive => ONE_DRIVE,
        Cloud::GoogleDrive => GOOGLE_DRIVE,
        Cloud::Dropbox => DROPBOX,
    };
    let fits = |part: &str| match part.strip_suffix('$') {
        Some(end) => url.ends_with(end),
        None => url.contains(part),
    };
    let found = table
        .iter()
        .find(|(asked, part, _)| *asked == method && fits(part));
    found.map(|(_, _, reference)| *reference)
}

/// What the references are, and where they leave something open.
pub fn preface(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::OneDrive => {
            "*Graph* is Microsoft Graph's reference 1.0, read in the repository \
             `microsoftgraph/microsoft-graph-docs-contrib` at the commit that stands beside each file; \
             *Entra* is *Microsoft identity platform and OAuth 2.0 authorization code flow* \
             (`learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow`). Codes of errors: \
             Graph `concepts/errors.md` at 02b4cba0. Names and types were also read in the CSDL \
             (`microsoftgraph/msgraph-metadata`, `clean_v10_metadata/cleanMetadata.xml` at 84c1cb51): `id`, `size` and the \
             quota's numbers (`Int64`), `uploadSession`, `item` (`driveItemUploadableProperties`, nullable), the \
             annotations `conflictBehavior` and `downloadUrl`; and permissions in the table that the reference is made from \
             (`microsoftgraph/microsoft-graph-devx-content`, `permissions/new/permissions.json` at 6cbd6bbd).\n\n\
             - `file` and `folder` are nullable: a null facet is none, and the stand-in writes it.\n\
             - That table grants `Files.ReadWrite.AppFolder` no more than `GET /me/drive/special/{id}` and its children, \
             and to personal accounts only. That writing, `createUploadSession` and deleting below `approot` need no more, \
             and that it works for work accounts at all, stands in the concept page alone \
             (`onedrive-sharepoint-appfolder`): it needs a look at a live account.\n\
             - An address with a colon names an item by its path (`concepts/onedrive-addressing-driveitems.md` at 090b00cc), \
             below a special folder as below the root.\n\
             - The page on small files speaks of 4 MB in older states and of 250 MB now; what is longer than \
             3.75 MiB goes up in pieces, which satisfies both.\n\
             - The room that is left is granted to `User.Read` in an organisation \
             (`includes/permissions/drive-get-permissions.md` at 25c22a16), and not to what Holdfast asks for \
             in a personal account: a refusal is no failure.\n\
             - What is deleted lies in the recycle bin and takes room there (`driveitem-delete.md`)."
        }
        Cloud::GoogleDrive => {
            "*Drive* is the discovery document of Drive v3, revision 20261106, as google-api-python-client \
             2.202.0 ships it; *Guide* are the guides below `developers.google.com/workspace/drive/api/guides`; \
             *Identity* is *Using OAuth 2.0 for Web Server Applications* \
             (`developers.google.com/identity/protocols/oauth2/web-server`). Reasons of errors: Guide \
             *Resolve errors*.\n\n\
             - An upload ends with 200 (Guide *Upload file data*); 201 would count, too.\n\
             - Revoking one token ends the whole grant, on every device; and the hidden folder is deleted with \
             an application that is taken out of a Drive (Guide *Store application-specific data*). So only \
             the visible folder's sign-in is revoked on disconnecting."
        }
        Cloud::Dropbox => {
            "*Stone* is the specification in the repository `dropbox/dropbox-api-spec` at 0d994ebe; *HTTP* is \
             *HTTP documentation* (`www.dropbox.com/developers/documentation/http/documentation`). Tags of \
             errors: Stone, the union that is named with the route, and `auth.stone` for 401, 403 and 429.\n\n\
             - A path that is not there is a 409 with a tag. A 404 says that the route itself is not known.\n\
             - What is in the way of an upload is told by `WriteConflictError`: only `file` is this very object.\n\
             - A member's own limit in a team counts where it stops (`TeamSpaceAllocation`, `stop_sync`)."
        }
    }
}

type Table = &'static [(&'static str, &'static str, &'static str)];

const ONE_DRIVE: Table = &[
    (
        "GET",
        "/oauth2/v2.0/authorize",
        "Entra, *Request an authorization code*; RFC 6749, 4.1.1; RFC 7636, 4.3",
    ),
    (
        "POST",
        "/oauth2/v2.0/token",
        "Entra, *Redeem a code for an access token* and *Refresh the access token*; RFC 6749, 4.1.3 and 6; RFC 7636, 4.5",
    ),
    ("GET", "/v1.0/me?", "Graph `user-get.md` at 00609221"),
    (
        "GET",
        "/v1.0/me/drive?",
        "Graph `drive-get.md`, property `quota`; `permissions.json` at 6cbd6bbd: `User.Read`, in an organisation",
    ),
    (
        "GET",
        "/special/approot$",
        "Graph `drive-get-specialfolder.md` at 02b4cba0; `concepts/onedrive-sharepoint-appfolder.md` at 4e25ffec",
    ),
    (
        "PUT",
        ":/content?",
        "Graph `driveitem-put-content.md` at 03e88f0a; `conflictBehavior` in the address: `resources/driveitem.md` at 05402e3c, *Instance attributes*",
    ),
    (
        "POST",
        "/createUploadSession",
        "Graph `driveitem-createuploadsession.md` at 0713c450, *Create an upload session*",
    ),
    (
        "PUT",
        "/rup",
        "the same, *Upload bytes to the upload session*: multiples of 320 KiB, below 60 MiB, no access token",
    ),
    (
        "POST",
        "/children",
        "Graph `driveitem-post-children.md` at 090b00cc",
    ),
    (
        "GET",
        "/children?",
        "Graph `driveitem-list-children.md` at 09455a65; pages by `@odata.nextLink`",
    ),
    (
        "GET",
        "/y4m",
        "Graph `driveitem-get-content.md` at 0713c450, *Downloading files in JavaScript apps*: no access token",
    ),
    (
        "GET",
        "/special/approot:/",
        "Graph `driveitem-get.md` at 14bf249a",
    ),
    (
        "DELETE",
        "/special/approot:/",
        "Graph `driveitem-delete.md` at 02b4cba0",
    ),
];

const GOOGLE_DRIVE: Table = &[
    (
        "GET",
        "/o/oauth2/v2/auth",
        "Identity, *Set authorization parameters*; RFC 6749, 4.1.1; RFC 7636, 4.3",
    ),
    (
        "POST",
        "/token",
        "Identity, *Exchange authorization code* and *Refreshing an access token*; RFC 6749, 4.1.3 and 6; RFC 7636, 4.5",
    ),
    (
        "POST",
        "/revoke",
        "Identity, *Revoking a token*; RFC 7009, 2.1",
    ),
    (
        "GET",
        "/drive/v3/about",
        "Drive `about.get`: `fields` is required",
    ),
    (
        "GET",
        "alt=media",
        "Drive `files.get`; Guide *Download and export files*",
    ),
    (
        "GET",
        "/drive/v3/files?",
        "Drive `files.list`; Guide *Search query terms and operators* and *Store application-specific data*",
    ),
    (
        "POST",
        "uploadType=multipart",
        "Drive `files.create`; Guide *Upload file data*, *Perform a multipart upload*: up to 5 MB",
    ),
    (
        "POST",
        "uploadType=resumable",
        "Drive `files.create`; Guide *Upload file data*, *Perform a resumable upload*",
    ),
    (
        "PUT",
        "uploadType=resumable",
        "Guide *Upload file data*, *Upload the content*: in a single request",
    ),
    (
        "POST",
        "/drive/v3/files?",
        "Drive `files.create`, metadata only",
    ),
    ("DELETE", "/drive/v3/files/", "Drive `files.delete`"),
];

const DROPBOX: Table = &[
    (
        "GET",
        "/oauth2/authorize",
        "HTTP, *Authorization*, `/oauth2/authorize`; RFC 6749, 4.1.1; RFC 7636, 4.3",
    ),
    (
        "POST",
        "/oauth2/token",
        "HTTP, *Authorization*, `/oauth2/token`; RFC 6749, 4.1.3 and 6; RFC 7636, 4.5",
    ),
    (
        "POST",
        "/auth/token/revoke",
        "Stone `auth.stone`, route `token/revoke`: ends this sign-in's refresh token too",
    ),
    (
        "POST",
        "/users/get_current_account",
        "Stone `users.stone`, route `get_current_account` (`FullAccount`)",
    ),
    (
        "POST",
        "/users/get_space_usage",
        "Stone `users.stone`, route `get_space_usage` (`SpaceUsage`)",
    ),
    (
        "POST",
        "/files/list_folder/continue",
        "Stone `files.stone`, route `list_folder/continue` (`ListFolderContinueError`)",
    ),
    (
        "POST",
        "/files/list_folder",
        "Stone `files.stone`, route `list_folder` (`ListFolderArg`, `ListFolderError`)",
    ),
    (
        "POST",
        "/files/upload_session/start",
        "Stone `files.stone`, route `upload_session/start` (`UploadSessionStartArg`)",
    ),
    (
        "POST",
        "/files/upload_session/append_v2",
        "Stone `files.stone`, route `upload_session/append:2` (`UploadSessionAppendArg`)",
    ),
    (
        "POST",
        "/files/upload_session/finish",
        "Stone `files.stone`, route `upload_session/finish` (`UploadSessionFinishArg`, `UploadSessionFinishError`)",
    ),
    (
        "POST",
        "/files/upload",
        "Stone `files.stone`, route `upload` (`UploadArg`, `UploadError`); HTTP, *Content-upload endpoints*; *Content hash*",
    ),
    (
        "POST",
        "/files/download",
        "Stone `files.stone`, route `download` (`DownloadArg`, `DownloadError`); HTTP, *Content-download endpoints*",
    ),
    (
        "POST",
        "/files/delete_v2",
        "Stone `files.stone`, route `delete:2` (`DeleteArg`, `DeleteError`)",
    ),
];
