// The one script of these pages. It has a device make or use a passkey (W3C Web Authentication, section 5.1), puts what the
// device says into the form that is there, and sends it. A browser that runs no scripts, or has no passkeys, shows the page
// as it is, without it.
"use strict";
{
  const form = document.getElementById("passkey");
  const show = (id, is = true) => { const found = document.getElementById(id); if (found) found.hidden = !is; };

  const octets = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  const made = async (asked) => {
    asked.user.id = octets(asked.user.id);
    for (const known of asked.excludeCredentials) known.id = octets(known.id);
    const { rawId, response } = await navigator.credentials.create({ publicKey: asked });
    return { id: rawId, client: response.clientDataJSON, attestation: response.attestationObject };
  };
  const used = async (asked) => {
    const { rawId, response } = await navigator.credentials.get({ publicKey: asked });
    return {
      id: rawId, client: response.clientDataJSON, authenticator: response.authenticatorData,
      signature: response.signature, user: response.userHandle ?? new ArrayBuffer(0),
    };
  };

  const press = async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const asked = JSON.parse(form.dataset.asked);
    asked.challenge = octets(asked.challenge);
    button.disabled = true;
    show("passkey-failed", false);
    try {
      const said = await (asked.user ? made(asked) : used(asked));
      for (const [name, buffer] of Object.entries(said)) form.elements.namedItem(name).value = text(buffer);
      form.submit();
    } catch {
      show("passkey-failed");  // which of many things it was browsers do not tell, so that no page learns of other people's
    }
    button.disabled = false;
  };

  show("passkey-needs", false);
  if (form && window.PublicKeyCredential && location.origin === form.dataset.origin) {
    form.addEventListener("submit", press);
    show("passkey-part");
  } else {
    show("passkey-cannot");
  }
}
