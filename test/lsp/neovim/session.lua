-- A session of a person in Neovim, run headless: opens a spec of the example and uses what the language server offers.
-- Reads SPECLINE_CLI, SPECLINE_PROJECT and SPECLINE_RECORD from the environment; writes one JSON object, step by step.
local project = vim.env.SPECLINE_PROJECT
local record = { version = tostring(vim.version().major) .. '.' .. tostring(vim.version().minor), steps = {} }

local function finish(error)
  record.error = error
  local file = assert(io.open(vim.env.SPECLINE_RECORD, 'w'))
  file:write(vim.fn.json_encode(record))
  file:close()
  vim.cmd('qall!')
end

local function step(name, value)
  record.steps[name] = value
end

local function wait(what, condition)
  if not vim.wait(20000, condition, 50) then error('waited in vain for ' .. what) end
end

-- Puts the cursor on the word after `before` in the first line that has it.
local function goto_word(before, word)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local from = line:find(before .. word, 1, true)
    if from then
      vim.api.nvim_win_set_cursor(0, { number, from + #before - 1 })
      return
    end
  end
  error('no ' .. before .. word .. ' in ' .. vim.api.nvim_buf_get_name(0))
end

local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
  end
end

local function ask(method, params)
  local answers = assert(vim.lsp.buf_request_sync(0, method, params, 20000))
  for _, answer in pairs(answers) do
    if answer.err then error(method .. ': ' .. answer.err.message) end
    return answer.result
  end
end

local function session()
  vim.cmd('edit ' .. project .. '/specs/marts/customer_value.technical.spec.yml')
  local spec = vim.api.nvim_get_current_buf()
  local client = assert(vim.lsp.start_client({ name = 'specline', cmd = { 'node', vim.env.SPECLINE_CLI, 'lsp', '--stdio' }, root_dir = project }))
  vim.lsp.buf_attach_client(spec, client)

  wait('diagnostics', function() return #vim.diagnostic.get(spec) > 0 end)
  local codes = {}
  for _, one in ipairs(vim.diagnostic.get(spec)) do table.insert(codes, one.code) end
  step('diagnostics', codes)

  goto_word('type: ', 'left')
  vim.lsp.buf.hover()
  wait('the hover', function() return floating_text() ~= nil end)
  step('hover', floating_text())
  vim.cmd('silent! fclose')

  goto_word('implements: [', 'POP-all')
  vim.lsp.buf.definition()
  wait('the definition', function() return vim.api.nvim_buf_get_name(0):find('business') ~= nil end)
  step('definition', vim.api.nvim_get_current_line())
  vim.cmd('buffer ' .. spec)

  local last = vim.api.nvim_buf_line_count(spec)
  vim.api.nvim_buf_set_lines(spec, last, last, false, { 'limit: { rows: "10", order_by: [customers.cust] }' })
  vim.api.nvim_win_set_cursor(0, { last + 1, #'limit: { rows: "10", order_by: [customers.cust' })
  local completion = ask('textDocument/completion', vim.lsp.util.make_position_params())
  for _, item in ipairs(completion.items or completion) do
    if item.label == 'customers.customer_id' then
      vim.lsp.util.apply_text_edits({ item.textEdit }, spec, 'utf-16')
      break
    end
  end
  step('completion', vim.api.nvim_buf_get_lines(spec, last, last + 1, false)[1])

  goto_word('- name: ', 'paid')
  vim.lsp.buf.rename('settled')
  wait('the rename', function() return table.concat(vim.api.nvim_buf_get_lines(spec, 0, -1, false), '\n'):find('settled.value', 1, true) ~= nil end)
  local renamed = {}
  for _, line in ipairs(vim.api.nvim_buf_get_lines(spec, 0, -1, false)) do
    if line:find('settled', 1, true) then table.insert(renamed, vim.trim(line)) end
  end
  step('rename', renamed)

  goto_word('covers: [', 'EC-parts')
  local references = ask('textDocument/references', vim.tbl_extend('force', vim.lsp.util.make_position_params(), { context = { includeDeclaration = true } }))
  local files = {}
  for _, one in ipairs(references) do table.insert(files, (one.uri:gsub('.*/', ''))) end
  step('references', files)

  local lenses = {}
  for _, lens in ipairs(ask('textDocument/codeLens', { textDocument = vim.lsp.util.make_text_document_params() })) do
    table.insert(lenses, ask('codeLens/resolve', lens).command.title)
  end
  step('codeLens', lenses)

  local symbols = {}
  for _, one in ipairs(ask('workspace/symbol', { query = 'EC-parts' })) do table.insert(symbols, one.name) end
  step('symbols', symbols)

  vim.api.nvim_buf_set_lines(spec, 0, 1, false, { 'spec: technical/v1   ' })
  if vim.lsp.buf.format then vim.lsp.buf.format({ timeout_ms = 20000 }) else vim.lsp.buf.formatting_sync(nil, 20000) end
  step('formatting', vim.api.nvim_buf_get_lines(spec, 0, 1, false)[1])

  vim.api.nvim_buf_set_lines(spec, 1, 2, false, { 'model: customer_valu' })
  wait('new diagnostics', function()
    for _, one in ipairs(vim.diagnostic.get(spec)) do
      if one.code == 'SPEC020' then return true end
    end
    return false
  end)
  step('edited', true)
end

local ok, why = xpcall(session, debug.traceback)
finish(not ok and why or nil)
