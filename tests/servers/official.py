"""The vendors' own Python clients against the stand-ins: what those clients take for their service
is near enough to it.

Usage: official.py dropbox|google ADDRESS TOKEN
"""

import hashlib
import io
import json
import os
import sys


def dropbox_client(address, token):
    import dropbox
    import requests

    class Here(requests.adapters.HTTPAdapter):
        """Sends what is meant for Dropbox's hosts to the stand-in."""

        def send(self, request, **options):
            host, path = request.url.split("/", 3)[2:]
            request.url = address + path
            return super().send(request, **options)

    session = requests.Session()
    session.mount("https://", Here())
    return dropbox.Dropbox(oauth2_access_token=token, session=session, max_retries_on_error=0)


def check_dropbox(address, token):
    import dropbox

    client = dropbox_client(address, token)
    account = client.users_get_current_account()
    assert account.email == "jane@example.org", account
    usage = client.users_get_space_usage()
    assert usage.allocation.is_individual() and usage.allocation.get_individual().allocated > 0
    content = os.urandom(5000)
    mode = dropbox.files.WriteMode.add
    for number in range(5):
        meta = client.files_upload(content, f"/folder/file{number}", mode=mode, strict_conflict=True)
        assert meta.size == len(content)
    try:
        client.files_upload(content, "/folder/file0", mode=mode, strict_conflict=True)
        raise AssertionError("overwritten")
    except dropbox.exceptions.ApiError as error:
        assert error.error.get_path().reason.is_conflict(), error
    page = client.files_list_folder("/folder")
    names = [entry.name for entry in page.entries]
    while page.has_more:
        page = client.files_list_folder_continue(page.cursor)
        names += [entry.name for entry in page.entries]
    assert sorted(names) == [f"file{number}" for number in range(5)], names
    meta, response = client.files_download("/folder/file3")
    assert response.content == content and meta.name == "file3"
    blocks = [content[at : at + 4 * 1024 * 1024] for at in range(0, len(content), 4 * 1024 * 1024)]
    digests = b"".join(hashlib.sha256(block).digest() for block in blocks)
    assert meta.content_hash == hashlib.sha256(digests).hexdigest()
    session = client.files_upload_session_start(content)
    cursor = dropbox.files.UploadSessionCursor(session.session_id, len(content))
    client.files_upload_session_append_v2(content, cursor)
    cursor.offset = 2 * len(content)
    commit = dropbox.files.CommitInfo("/folder/long", mode=mode, strict_conflict=True)
    assert client.files_upload_session_finish(content, cursor, commit).size == 3 * len(content)
    client.files_delete_v2("/folder/file3")
    try:
        client.files_download("/folder/file3")
        raise AssertionError("still there")
    except dropbox.exceptions.ApiError as error:
        assert error.error.get_path().is_not_found(), error


def check_google(address, token):
    import googleapiclient
    import httplib2
    from google.oauth2.credentials import Credentials
    from google_auth_httplib2 import AuthorizedHttp
    from googleapiclient.discovery import build_from_document
    from googleapiclient.errors import HttpError
    from googleapiclient.http import MediaIoBaseUpload

    folder = os.path.dirname(googleapiclient.__file__)
    with open(os.path.join(folder, "discovery_cache/documents/drive.v3.json")) as file:
        description = json.load(file)
    description["rootUrl"] = address
    description["baseUrl"] = address + "drive/v3/"
    http = AuthorizedHttp(Credentials(token), http=httplib2.Http())
    drive = build_from_document(description, http=http)
    about = drive.about().get(fields="user,storageQuota").execute()
    assert about["user"]["emailAddress"] == "jane@example.org", about
    folder = {"name": "folder", "mimeType": "application/vnd.google-apps.folder", "parents": ["appDataFolder"]}
    parent = drive.files().create(body=folder, fields="id").execute()["id"]
    content = os.urandom(5000)
    made = []
    for resumable in [False, True, False]:
        media = MediaIoBaseUpload(io.BytesIO(content), "application/octet-stream", resumable=resumable)
        body = {"name": "file", "parents": [parent]}
        fields = "id,size,sha256Checksum"
        file = drive.files().create(body=body, media_body=media, fields=fields).execute()
        assert file["sha256Checksum"] == hashlib.sha256(content).hexdigest(), file
        made.append(file["id"])
    query = f"name = 'file' and trashed = false and ('{parent}' in parents)"
    listing = drive.files().list(spaces="appDataFolder", q=query, fields="nextPageToken,files(id,name,size)")
    found = []
    while listing is not None:
        page = listing.execute()
        found += [file["id"] for file in page["files"]]
        listing = drive.files().list_next(listing, page)
    assert sorted(found) == sorted(made), (found, made)
    assert drive.files().get_media(fileId=made[1]).execute() == content
    drive.files().delete(fileId=made[1]).execute()
    try:
        drive.files().get_media(fileId=made[1]).execute()
        raise AssertionError("still there")
    except HttpError as error:
        assert error.resp.status == 404, error


if __name__ == "__main__":
    {"dropbox": check_dropbox, "google": check_google}[sys.argv[1]](*sys.argv[2:])
