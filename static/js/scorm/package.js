/**
 * A package for learning platforms, after SCORM 1.2: a page with the playground in a frame, and a script that tells the
 * platform what is reached. It is put together in the browser, which knows the address, the link and the title, so that
 * the server needs no request whose parameters it would have to check. Pure.
 */

import { crc32, zip } from "./zip.js";

/** The scripts in the package, which are files of this folder. */
export const SCRIPTS = ["sco.js", "start.js"];
const MOST_OF_TITLE = 200;

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** What no XML may contain, not even escaped. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text as it is written in XML and HTML. @param {string} text */
const escaped = (text) => text.replace(FORBIDDEN, "").replace(/[&<>"']/g, (letter) => ENTITIES[letter]);

/** A title that is not empty and not too long. @param {string} title */
const tidied = (title) => title.replace(/\s+/g, " ").trim().slice(0, MOST_OF_TITLE) || "NumPy Playground";

/** @param {string} title @param {string} address */
function manifest(title, address) {
  const identifier = `numpy-playground-${crc32(new TextEncoder().encode(`${title} ${address}`)).toString(16).padStart(8, "0")}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="${identifier}" version="1.0"
    xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>${escaped(title)}</title>
      <item identifier="playground" identifierref="page" isvisible="true">
        <title>${escaped(title)}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="index.html">
      ${["index.html", ...SCRIPTS].map((path) => `<file href="${path}"/>`).join("\n      ")}
    </resource>
  </resources>
</manifest>
`;
}

/** @param {string} title @param {string} address */
const page = (title, address) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escaped(title)}</title>
  <style>
    html, body { height: 100%; margin: 0; }
    body { display: flex; flex-direction: column; font-family: system-ui, sans-serif; }
    iframe { flex: 1; min-height: 42rem; width: 100%; border: 0; }
    #note { margin: 0; padding: .75rem 1rem; background: #fff3e6; color: #1c2733; }
    #note[hidden] { display: none; }
  </style>
  <script type="module" src="start.js"></script>
</head>
<body>
  <p id="note" role="status" hidden></p>
  <iframe id="playground" title="${escaped(title)}" data-address="${escaped(address)}" allow="fullscreen; clipboard-write"></iframe>
</body>
</html>
`;

/**
 * The files of a package.
 * @param {{title: string, address: string, scripts: Record<string, string>}} parts  `address`: of the playground, with
 *   `embed=1` and the link; `scripts`: the texts of `SCRIPTS` by name
 * @returns {Record<string, string>} texts by path
 */
export function packageFiles({ title, address, scripts }) {
  const name = tidied(title);
  return { "imsmanifest.xml": manifest(name, address), "index.html": page(name, address), ...scripts };
}

/** A package as an archive. @param {Parameters<typeof packageFiles>[0]} parts */
export const packageZip = (parts) => zip(packageFiles(parts));

/** The name of the file. @param {string} title */
export const fileNameOf = (title) => `${tidied(title).normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase().slice(0, 60) || "numpy-playground"}-scorm.zip`;
