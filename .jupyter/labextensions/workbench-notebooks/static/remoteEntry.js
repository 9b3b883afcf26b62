// Each notebook of the workbench as a card in JupyterLab's launcher: a click opens a copy of it, in the folder that
// is shown in the file browser, and leaves the notebook itself as it is.
//
// Written by hand as the module that a build would make, so that neither Node nor a network is needed: JupyterLab
// hands over its shared modules (init) and asks for the extension (get).
(() => {
  const NAME = 'workbench-notebooks';
  const COMMAND = `${NAME}:copy`;
  let shared;

  /** A module that JupyterLab has loaded. */
  async function use(name) {
    const versions = Object.values(shared[name]);
    return (await versions[versions.length - 1].get())();
  }

  /** A path that is not taken: weekly-2.ipynb beside weekly.ipynb. */
  async function free(contents, folder, stem) {
    const taken = new Set((await contents.get(folder)).content.map(item => item.name));
    let number = 2;
    while (taken.has(`${stem}-${number}.ipynb`)) number += 1;
    return [folder, `${stem}-${number}.ipynb`].filter(Boolean).join('/');
  }

  /** Save the notebook under another name, without what a run has left in it; gives the new path. */
  async function copy(contents, path, folder) {
    const { content } = await contents.get(path, { type: 'notebook', content: true });
    for (const cell of content.cells)
      if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null });
    const stem = path.split('/').pop().replace(/\.ipynb$/, '');
    const target = await free(contents, folder, stem);
    await contents.save(target, { type: 'notebook', format: 'json', content });
    return target;
  }

  async function extension() {
    const [{ ILauncher }, { IDefaultFileBrowser }, { PageConfig }, { notebookIcon }] = await Promise.all(
      ['launcher', 'filebrowser', 'coreutils', 'ui-components'].map(name => use(`@jupyterlab/${name}`))
    );
    // Cards among the notebooks take a picture instead of an icon.
    const kernelIconUrl = `data:image/svg+xml,${encodeURIComponent(notebookIcon.svgstr)}`;
    // Written by jupyter_lab_config.py: path and title of each.
    const notebooks = JSON.parse(PageConfig.getOption('workbenchNotebooks') || '[]');
    return {
      id: `${NAME}:plugin`,
      description: 'Notebooks of the workbench as templates in the launcher.',
      autoStart: true,
      requires: [ILauncher, IDefaultFileBrowser],
      activate: (app, launcher, browser) => {
        const { contents } = app.serviceManager;
        // Keys that move a list or a field belong to it: JupyterLab would move to another cell, or delete one.
        document.addEventListener('focusin', ({ target }) => {
          if (target.closest?.('.jupyter-widgets')) target.setAttribute('data-lm-suppress-shortcuts', 'true');
        });
        app.commands.addCommand(COMMAND, {
          label: args => args.title,
          execute: async args => {
            const folder = args.cwd ?? browser.model.path;
            const path = await copy(contents, args.path, contents.localPath(folder));
            return app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
          }
        });
        // Beside the empty notebook, in the order in which they were written.
        notebooks.forEach((args, place) =>
          launcher.add({ command: COMMAND, args, category: 'Notebook', rank: place + 1, kernelIconUrl })
        );
      }
    };
  }

  (window._JUPYTERLAB ??= {})[NAME] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const plugin = await extension();
      return () => ({ __esModule: true, default: plugin });
    }
  };
})();
