-- What a person does in Neovim 0.7: open the manifest, look at the diagnostic, take the fix, write.
-- Notes what was seen in the file RESULT.

local seen = {}

local function leave(failure)
  seen.failure = failure
  vim.fn.writefile({ vim.fn.json_encode(seen) }, os.getenv('RESULT'))
  vim.cmd('qall!')
end

local function wait(what, test)
  if not vim.wait(10000, test, 20) then leave('waited in vain for ' .. what) end
end

vim.o.swapfile = false
vim.ui.select = function(items, _, choose)
  for index, item in ipairs(items) do
    if item[2].isPreferred then return choose(item, index) end
  end
  leave('no preferred fix')
end

vim.cmd('edit ' .. vim.fn.fnameescape(os.getenv('MANIFEST')))
local client = vim.lsp.start_client({
  name = 'packwright',
  cmd = { os.getenv('NODE'), os.getenv('SERVER'), '--stdio' },
  root_dir = os.getenv('ROOT'),
})
vim.lsp.buf_attach_client(0, client)

wait('a diagnostic', function() return #vim.diagnostic.get(0) > 0 end)
local diagnostic = vim.diagnostic.get(0)[1]
seen.diagnostic = { line = diagnostic.lnum, column = diagnostic.col, severity = diagnostic.severity,
  source = diagnostic.source, code = diagnostic.code, message = diagnostic.message }

vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
vim.lsp.buf.code_action()
wait('the edit', function() return vim.bo.modified end)
vim.cmd('write')
wait('the diagnostic to go', function() return #vim.diagnostic.get(0) == 0 end)

local hovers = vim.lsp.buf_request_sync(0, 'textDocument/hover', vim.lsp.util.make_position_params(), 10000)
seen.hover = hovers[client].result.contents.value
leave()
